import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct UnixStreamTests {
  @Test
  func `bytes are transferred in both directions, and then the end of file is read`() throws {
    let pair = try UnixStream.pair()
    #expect(try pair.first.write([1, 2, 3].span) == 3)
    #expect(try read(pair.second, atMost: 8) == [1, 2, 3])
    #expect(try pair.second.write([4].span, [5, 6].span) == 3)
    var first: [UInt8] = [0]
    var second: [UInt8] = [0, 0, 0]
    var firstRoom = first.mutableSpan
    var secondRoom = second.mutableSpan
    let count = try pair.first.read(into: &firstRoom, &secondRoom)
    #expect(count == 3 && first == [4] && second == [5, 6, 0])
    #expect(try read(pair.first, atMost: 1) == nil)
    try pair.second.shutdown(.write)
    #expect(try read(pair.first, atMost: 1) == [])
  }

  @Test
  func `a peek leaves the bytes in the stream`() throws {
    let pair = try UnixStream.pair()
    #expect(try pair.first.write([1, 2].span) == 2)
    var buffer: [UInt8] = [0, 0, 0]
    var room = buffer.mutableSpan
    let peeked = try pair.second.peek(into: &room)
    #expect(peeked == 2)
    #expect(try read(pair.second, atMost: 3) == [1, 2])
  }

  @Test
  func `every Unix stream and listener is close-on-exec and non-blocking`() throws {
    let folder = TemporaryFolder()
    let listener = try UnixListener(bindingTo: try UnixAddress(path: folder.file("a")))
    let pair = try UnixStream.pair()
    guard let client = try UnixStream(connectingTo: try listener.localAddress),
      let server = try listener.accept()
    else {
      Issue.record("no connection")
      return
    }
    for number in [
      listener.descriptor, pair.first.descriptor, pair.second.descriptor, client.descriptor,
      server.descriptor,
    ].map(\.fileDescriptor) {
      #expect(OpenDescriptors.isCloseOnExec(number) && OpenDescriptors.isNonBlocking(number))
    }
  }

  @Test
  func `a listener at a path accepts connections, and does not remove its file`() throws {
    let folder = TemporaryFolder()
    let address = try UnixAddress(path: folder.file("socket"))
    do {
      let listener = try UnixListener(bindingTo: address)
      #expect(try listener.localAddress == address)
      #expect(try listener.value(of: .isListening))
      guard let client = try UnixStream(connectingTo: address),
        let connection = try listener.acceptWithAddress()
      else {
        Issue.record("no connection")
        return
      }
      #expect(connection.address == .unnamed)
      #expect(try client.peerAddress == address)
      #expect(try connection.stream.localAddress == address)
      #expect(try listener.accept() == nil)
      expectError(.addressInUse) { () throws(IOError) in try UnixListener(bindingTo: address) }
    }
    let refused = expectError(.connectionRefused) { () throws(IOError) in
      try UnixStream(connectingTo: address) != nil
    }
    #expect(refused?.operation == .connect)
    expectError(.addressInUse) { () throws(IOError) in try UnixListener(bindingTo: address) }
  }

  @Test
  func `a missing path and a path without a listener cause different errors`() throws {
    let folder = TemporaryFolder()
    let missing = try UnixAddress(path: folder.file("missing"))
    let nested = try UnixAddress(path: folder.file("missing/socket"))
    expectError(.notFound) { () throws(IOError) in try UnixStream(connectingTo: missing) != nil }
    expectError(.notFound) { () throws(IOError) in try UnixListener(bindingTo: nested) }
    let file = folder.file("file")
    #expect(unsafe close(creat(file, 0o600)) == 0)
    let noSocket = try UnixAddress(path: file)
    expectError(.connectionRefused) { () throws(IOError) in
      try UnixStream(connectingTo: noSocket) != nil
    }
    expectError(.addressInUse) { () throws(IOError) in try UnixListener(bindingTo: noSocket) }
  }

  // mio reports no name if the client has an abstract name.
  @Test(arguments: ["client", "\0client\0"])
  func `a listener sees the name of its client`(_ name: String) throws {
    let listener = try UnixListener(bindingTo: .unnamed)
    let address = try UnixAddress(abstract: name)
    let socket = try UnixSocket()
    try socket.bind(to: address)
    expectError(.invalidArgument) { () throws(IOError) in try socket.bind(to: address) }
    guard let client = try socket.connect(to: try listener.localAddress),
      let connection = try listener.acceptWithAddress()
    else {
      Issue.record("no connection")
      return
    }
    #expect(connection.address == address)
    #expect(try connection.stream.peerAddress == address)
    #expect(try client.localAddress == address)
  }

  @Test
  func `options can be set before a socket listens, and listening requires a name`() throws {
    let socket = try UnixSocket()
    try socket.set(.passCredentials, to: true)
    try socket.bind(to: .unnamed)
    let listener = try socket.listen(backlog: 1)
    #expect(try listener.value(of: .isListening) && listener.value(of: .passCredentials))
    let error = expectError(.invalidArgument) { () throws(IOError) in try UnixSocket().listen() }
    #expect(error?.operation == .listen)
    let adopted = try UnixSocket(adopting: listener.takeDescriptor())
    #expect(try adopted.value(of: .isListening))
  }

  @Test
  func `a connect to a full backlog returns nil, and succeeds later`() throws {
    let listener = try UnixListener(bindingTo: .unnamed, backlog: 1)
    let address = try listener.localAddress
    var clients = TokenTable<UnixStream>()
    while let client = try UnixStream(connectingTo: address) { _ = clients.insert(client) }
    #expect(clients.count >= 1)
    #expect(try listener.accept() != nil)
    #expect(try UnixStream(connectingTo: address) != nil)
  }

  @Test
  func `a descriptor that is not a Unix stream is not adopted`() throws {
    let datagram = try UnixDatagram()
    let tcp = try TCPSocket(.v4)
    expectError(.invalidArgument) { () throws(IOError) in
      try UnixStream(adopting: datagram.descriptor)
    }
    expectError(.invalidArgument) { () throws(IOError) in
      try UnixListener(adopting: tcp.descriptor)
    }
    // A socket of a family that MioNet does not know.
    let netlink = OwnedDescriptor(
      owning: Descriptor(
        socket(AF_NETLINK, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)))
    expectError(.invalidArgument) { () throws(IOError) in
      try UnixDatagram(adopting: netlink.descriptor)
    }
    let pair = try UnixStream.pair()
    let number = pair.first.descriptor
    let adopted = try UnixStream(adopting: pair.first.takeDescriptor())
    #expect(adopted.descriptor == number)
    try adopted.close()
    #expect(try read(pair.second, atMost: 1) == [])
  }

  @Test
  func `the credentials of a peer are reported`() throws {
    let pair = try UnixStream.pair()
    let credentials = try pair.first.peerCredentials
    #expect(credentials.userID == getuid() && credentials.groupID == getgid())
    #expect(credentials.processID == getpid())
    let unconnected = try UnixDatagram()
    expectError(.notConnected) { () throws(IOError) in try unconnected.peerCredentials }
  }

  @Test
  func `credentials are received with the bytes of a stream`() throws {
    let pair = try UnixStream.pair()
    try pair.second.set(.passCredentials, to: true)
    #expect(try pair.first.write([1].span) == 1)
    var ancillary = ReceivedAncillaryData()
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    let count = try pair.second.read(into: &room, ancillary: &ancillary)
    #expect(count == 1)
    #expect(ancillary.values.credentials?.processID == getpid())
  }

  private func read(_ stream: borrowing UnixStream, atMost count: Int) throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    var room = buffer.mutableSpan
    return try stream.read(into: &room).map { Array(buffer[..<$0]) }
  }
}
