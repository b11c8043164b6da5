import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Sockets of families without their own type.
@Suite(.guardingDescriptors)
struct GenericSocketTests {
  @Test(arguments: TestedSelector.allCases)
  func `a generic socket can exchange netlink messages with the kernel`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let socket = try GenericSocket(family: AF_NETLINK, type: Int32(SOCK_RAW.rawValue))
    var kernel = [UInt8](repeating: 0, count: 12)  // struct sockaddr_nl
    kernel[0] = UInt8(AF_NETLINK)
    let address = try GenericAddress(bytes: kernel)
    try socket.bind(to: address)
    #expect(try socket.localAddress.bytes.count == 12)
    #expect(OpenDescriptors.isSafe(socket.descriptor))
    try poll.register(socket, token: 1, interest: .readable)
    // A head of 16 bytes and a body of 1: RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, number 7.
    let question: [UInt8] = [17, 0, 0, 0, 18, 0, 1, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(try socket.send(question.span, to: address) == 17)
    try poll.next(1, where: \.isReadable)
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var room = buffer.mutableSpan
    let message = try socket.receive(into: &room)
    #expect(message?.sender == address)
    #expect(buffer[4] == 16 && buffer[8] == 7, "not RTM_NEWLINK, number 7")
  }

  @Test
  func `a generic server accepts connections of a generic socket and reads into two buffers`()
    throws
  {
    let family = Int32(AF_INET)
    let type = Int32(SOCK_STREAM.rawValue)
    let listener = try GenericSocket(family: family, type: type)
    try listener.bind(to: try GenericAddress(SocketAddress(v4: .loopback, port: 0)))
    try listener.listen()
    let client = try GenericSocket(family: family, type: type)
    try client.connect(to: try listener.localAddress)
    let server = try accepted(from: listener)
    while try client.finishConnect() == .pending {}
    #expect(try client.write([1, 2, 3].span) == 3)
    var head: [UInt8] = [0]
    var body: [UInt8] = [0, 0, 0]
    var headRoom = head.mutableSpan
    var bodyRoom = body.mutableSpan
    var count: Int?
    while count == nil { count = try server.read(into: &headRoom, &bodyRoom) }
    #expect(count == 3)
    #expect(head + body == [1, 2, 3, 0])
  }

  private func accepted<Listener: StreamListener & ~Copyable, Stream: ~Copyable>(
    from listener: borrowing Listener
  ) throws(IOError) -> Stream where Listener.Accept == AcceptFunction<Listener, Stream> {
    while true {
      if let stream = try listener.acceptStream() { return stream }
    }
  }

  @Test
  func `a generic stream socket connects, listens and accepts`() throws {
    let family = Int32(AF_INET)
    let type = Int32(SOCK_STREAM.rawValue)
    let listener = try GenericSocket(family: family, type: type)
    try listener.bind(to: try GenericAddress(SocketAddress(v4: .loopback, port: 0)))
    try listener.listen()
    let client = try GenericSocket(family: family, type: type)
    try client.connect(to: try listener.localAddress)
    var server = try listener.accept()
    while server == nil { server = try listener.accept() }
    guard let server else { return }
    #expect(try client.takeError() == nil)
    #expect(try client.peerAddress == (try listener.localAddress))
    while try client.finishConnect() == .pending {}
    #expect(try client.write([1, 2].span) == 2)
    #expect(try client.write([3].span, [4].span) == 2)
    #expect(try exchanged(server) == [1, 2, 3, 4])
    try client.shutdown(.write)
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    #expect(try server.read(into: &room) == 0)
    // A socket of the type for TCP adopts the descriptor.
    let stream = try TCPStream(adopting: server.takeDescriptor())
    #expect(try GenericAddress(stream.localAddress) == (try listener.localAddress))
  }

  @Test
  func `a connect of a generic stream socket can be refused`() throws {
    let address = try Loopback.listener().localAddress  // nobody listens there any more
    let client = try GenericSocket(family: Int32(AF_INET), type: Int32(SOCK_STREAM.rawValue))
    expectError(.connectionRefused) { () throws(IOError) in
      try client.connect(to: try GenericAddress(address))
      while try client.finishConnect() == .pending {}
    }
    let never = try GenericSocket(family: Int32(AF_INET), type: Int32(SOCK_DGRAM.rawValue))
    expectError(.notConnected) { () throws(IOError) in try never.finishConnect() }
  }

  // AF_ALG has no getsockname(2).
  @Test
  func `a generic socket of a family without names can be adopted`() throws {
    let number = socket(38, Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if number < 0 { try skip("sockets for ciphers", "this kernel has none") }
    let cipher = try GenericSocket(adopting: Descriptor(number))
    #expect(cipher.descriptor == Descriptor(number))
  }

  /// Reads four bytes.
  private func exchanged(_ socket: borrowing GenericSocket) throws(IOError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < 4 {
      var more = [UInt8](repeating: 0, count: 4 - bytes.count)
      var room = more.mutableSpan
      guard let count = try socket.read(into: &room) else { continue }
      bytes += more[..<count]
    }
    return bytes
  }

  @Test
  func `a vsock socket can be created, be bound and listen`() throws {
    let socket: GenericSocket
    do throws(IOError) {
      socket = try GenericSocket(family: 40, type: Int32(SOCK_STREAM.rawValue))
    } catch {
      #expect(error.kind == .addressFamilyNotSupported)
      return
    }
    var any = [UInt8](repeating: 0, count: 16)  // struct sockaddr_vm
    any[0] = 40
    any.replaceSubrange(4..<12, with: [UInt8](repeating: 0xFF, count: 8))
    try socket.bind(to: try GenericAddress(bytes: any))
    try socket.listen()
    #expect(try socket.value(of: .isListening))
    #expect(try socket.localAddress.bytes.count == 16)
    #expect(try socket.accept() == nil)
  }

  @Test
  func `a descriptor that is not a socket and an unknown family are refused`() throws {
    let pipe = try AnonymousPipe()
    expectError(.notSocket) { () throws(IOError) in
      try GenericSocket(adopting: pipe.sender.descriptor)
    }
    let family = expectError(.addressFamilyNotSupported) { () throws(IOError) in
      try GenericSocket(family: 9999, type: 1)
    }
    #expect(family?.operation == .create)
    let socket = try GenericSocket(adopting: try UDPSocket(.v4).takeDescriptor())
    expectError(.unsupported) { () throws(IOError) in try socket.listen() }
    expectError(.invalidArgument) { () throws(IOError) in
      try socket.bind(to: try GenericAddress(bytes: []))
    }
  }

  @Test
  func `a generic address has the bytes of the address that it was created from`() throws {
    let v4 = SocketAddress(v4: .loopback, port: 80)
    let address = try GenericAddress(v4)
    #expect(address.bytes[2...] == [0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(SocketAddress(address) == v4)
    #expect(UnixAddress(address) == nil)
    #expect(try GenericAddress(bytes: address.bytes) == address)
    let name = try UnixAddress(abstract: "\0a")
    #expect(UnixAddress(try GenericAddress(name)) == name)
    #expect(Set([address, try GenericAddress(v4), try GenericAddress(name)]).count == 2)
    let error = expectError(.nameTooLong) { () throws(IOError) in
      try GenericAddress(bytes: [UInt8](repeating: 1, count: 129))
    }
    #expect(error?.operation == .createAddress)
  }
}
