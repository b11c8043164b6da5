import CLibrary
import CMioSocket
import MioCore
import MioNet
import MioSystem
import TestHelpers
import Testing

// The code of `Docs/Sockets.md`. `scripts/check-samples` checks that both are equal.

func answerAll(
  _ socket: borrowing UDPSocket, _ batch: inout MessageBatch<SocketAddress>
) throws(IOError) {
  var failures = 0
  while batch.isEmpty ? try socket.receive(into: &batch) != nil : true {
    do throws(IOError) {
      guard try socket.send(&batch) != nil else { return }  // The rest stays in the batch.
      failures = 0
    } catch {
      // No event reports that the system has buffers again: try again later.
      if error.kind == .outOfMemory { return }
      // The error may belong to an earlier message. If it comes again, it belongs to the first of these.
      failures += 1
      if failures == 2 {
        batch.removeFirst()
        failures = 0
      }
    }
  }
}

/// A sender of UDP datagrams whose headers it writes.
private final class RawSender {
  private let file: OwnedDescriptor

  /// Opens the socket, which needs a privilege.
  init?() {
    let number = socket(
      AF_INET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(IPPROTO_UDP))
    if number < 0 { return nil }
    file = OwnedDescriptor(owning: Descriptor(number))
  }

  func sendFromPortZero(toPort port: UInt16) {
    let bytes: [UInt8] = [0, 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port), 0, 9, 0, 0, 7]
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let count = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(
          file.descriptor.fileDescriptor, bytes, bytes.count, 0, address,
          socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    #expect(count == bytes.count)
  }
}

@Suite(.guardingDescriptors)
struct SocketsSampleTests {
  @Test
  func `the sample answers messages in batches`() throws {
    let server = try Loopback.udpSocket()
    let client = try Loopback.udpSocket()
    let address = try server.localAddress
    var batch = try MessageBatch<SocketAddress>(capacity: 4, messageCapacity: 64)
    for round in UInt8(1)...2 {
      for byte in UInt8(0)..<6 { try client.send([round, byte], to: address) }
      try answerAll(server, &batch)
      for byte in UInt8(0)..<6 {
        #expect(try client.receive() == Datagram([round, byte], from: address))
      }
    }
  }

  @Test(.enabled(if: RawSender() != nil, "a sender with port 0 needs a raw socket"))
  func `the sample skips a sender that it cannot answer`() throws {
    let server = try Loopback.udpSocket()
    let client = try Loopback.udpSocket()
    let address = try server.localAddress
    let raw = try #require(RawSender())
    raw.sendFromPortZero(toPort: address.port)
    try client.send([1], to: address)
    var batch = try MessageBatch<SocketAddress>(capacity: 4, messageCapacity: 64)
    try answerAll(server, &batch)
    #expect(try client.receive() == Datagram([1], from: address))
  }

  @Test
  func `the sample sends a batch to several clients`() throws {
    let socket = try Loopback.udpSocket()
    let first = try Loopback.udpSocket()
    let second = try Loopback.udpSocket()
    let clients = [try first.localAddress, try second.localAddress]
    var batch = try MessageBatch<SocketAddress>(capacity: 32, messageCapacity: 1200)
    let tick = ContiguousArray("tick".utf8)
    for client in clients {
      if try !batch.append(tick.span, to: client) { break }  // The batch is full.
    }
    while !batch.isEmpty, try socket.send(&batch) != nil {}
    #expect(try first.receive()?.bytes == Array("tick".utf8))
    #expect(try second.receive()?.bytes == Array("tick".utf8))
  }

  @Test
  func `the sample joins a multicast group`() throws {
    let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
    try receiver.join(IPv4Address(239, 255, 77, 5), interfaceAddress: .loopback)

    let sender = try UDPSocket(.v4)
    try sender.set(.multicastInterfaceV4, to: .loopback)
    try sender.set(.multicastTimeToLive, to: 1)
    let port = try receiver.localAddress.port
    try sender.send([1], to: SocketAddress(v4: IPv4Address(239, 255, 77, 5), port: port))
    #expect(try receiver.receive()?.bytes == [1])
  }

  @Test(arguments: ["[::1]:0", "[::ffff:127.0.0.1]:0"])
  func `the sample reads ancillary data of a message, and sends some with its answer`(
    _ text: String
  ) throws {
    let socket = try UDPSocket(bindingTo: SocketAddress(v6: .any, port: 0))
    let loopback = try #require(SocketAddress(text))
    let client = try UDPSocket(bindingTo: loopback)
    let hopLimit = SocketOption<Bool>(level: Int32(IPPROTO_IPV6), name: IPV6_RECVHOPLIMIT)
    try socket.set(hopLimit, to: true)
    let target = SocketAddress(loopback.ip, port: try socket.localAddress.port)
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 64)
    try client.set(.trafficClass, to: 0b11)
    try client.set(.typeOfService, to: 0b11)

    try socket.set(.receiveTypeOfService, to: true)
    try socket.set(.receiveTrafficClass, to: true)
    try socket.set(.receivePacketInfoV6, to: true)
    try client.send([1], to: target)
    var received = ReceivedAncillaryData()
    var space = buffer.mutableSpan
    if let message = try socket.receive(into: &space, ancillary: &received),
      let sender = message.sender, let info = received.values.packetInfo
    {
      let congestion = received.values.typeOfService.map { $0 & 0b11 }
      print("congestion experienced:", congestion == 0b11)
      var ancillary = AncillaryData()
      try ancillary.append(PacketInfo(address: info.address))
      let thanks = ContiguousArray("thanks".utf8)
      _ = try socket.send(thanks.span, to: sender, ancillary: ancillary)
    }
    #expect(received.values.typeOfService == 0b11)
    #expect(try client.receive() == Datagram(Array("thanks".utf8), from: target))

    let hops = received.withBytes(level: Int32(IPPROTO_IPV6), type: IPV6_HOPLIMIT) { bytes in
      unsafe bytes.bytes.unsafeLoadUnaligned(as: Int32.self)
    }
    #expect((hops == nil) == (loopback.ip.canonical != loopback.ip), "IPv4 has none")
  }

  @Test
  func `the sample passes a listener to another program`() throws {
    let listener = try Loopback.listener()
    let pair = try UnixStream.pair()
    let near = pair.first
    let far = pair.second
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 64)
    var ancillary = AncillaryData()
    try ancillary.append(listener.descriptor)
    let label: ContiguousArray = [UInt8(ascii: "L")]  // At least one byte goes with a descriptor.
    _ = try near.write(label.span, ancillary: ancillary)

    var received = ReceivedAncillaryData()
    var space = buffer.mutableSpan
    _ = try far.read(into: &space, ancillary: &received)
    if let descriptor = received.takeDescriptor() {
      let passed = try TCPListener(adopting: descriptor)
      print("listening on", try passed.localAddress)
    }
    let isRest = received.takeDescriptor() != nil
    #expect(!isRest)
  }

  @Test
  func `the sample greets a client of a Unix socket`() throws {
    let folder = TemporaryFolder()
    let path = folder.file("socket")
    let listener = try UnixListener(bindingTo: UnixAddress(path: path))
    guard let client = try UnixStream(connectingTo: listener.localAddress) else {
      return  // The backlog is full: try again later.
    }
    if let stream = try listener.accept(), try stream.peerCredentials.userID == getuid() {
      _ = try stream.write("welcome\n")
    }
    #expect(try client.receive() == Array("welcome\n".utf8))
  }

  @Test
  func `the sample watches the output of a child process`() throws {
    var ends: [Int32] = [-1, -1]
    #expect(unsafe pipe(&ends) == 0)
    var poll = try Poll<SystemSelector>()
    let childOutput = Descriptor(ends[0])
    let child = try PipeSender(adopting: Descriptor(ends[1]))
    let output = try PipeReceiver(adopting: childOutput)
    try poll.registry.register(output, token: 4, interest: .readable)
    try child.send([1])
    #expect(try poll.next { $0.isReadable }.token == 4)
  }

  @Test
  func `the sample sets options before binding, and by number`() throws {
    let socket = try UDPSocket(.v6)
    try socket.set(.onlyV6, to: true)  // before binding
    try socket.set(.receiveBufferSize, to: 1 << 20)
    try socket.bind(to: SocketAddress(v6: .any, port: 0))
    #expect(try socket.value(of: .onlyV6))
    try byNumber(try UDPSocket(.v4))
  }

  private func byNumber(_ socket: borrowing UDPSocket) throws {
    try socket.set(.pathDiscoveryV4, to: .probing)
    try socket.set(SocketOption<Int>(level: SOL_SOCKET, name: SO_PRIORITY), to: 5)
    try socket.set(SocketOption<String>(level: SOL_SOCKET, name: SO_BINDTODEVICE), to: "lo")
    #expect(try socket.value(of: .pathDiscoveryV4) == .probing)
  }

  @Test
  func `the sample binds a socket to an interface`() throws {
    let socket = try UDPSocket(.v4)
    for interface in try NetworkInterface.all() where interface.isUp {
      print(interface.name, interface.index, interface.addresses.map(\.ip))
    }
    let loopback = try NetworkInterface.index(of: "lo")
    try socket.set(.interfaceV4, to: loopback)
    #expect(try socket.value(of: .interfaceV4) == loopback)
  }

  @Test
  func `the sample writes a file after a header`() throws {
    let folder = TemporaryFolder()
    let file = OwnedDescriptor(
      owning: Descriptor(unsafe open(folder.file("a"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)))
    #expect(unsafe CLibrary.write(file.descriptor.fileDescriptor, "body", 4) == 4)
    let pair = try Loopback.pair()
    let stream = pair.first
    let size = 4

    try stream.set(.cork, to: true)
    _ = try stream.write("head")
    var sent = 0
    while sent < size,
      let count = try stream.write(
        contentsOf: file.descriptor, at: sent, count: size - sent), count > 0
    {
      sent += count
    }
    try stream.set(.cork, to: false)
    #expect(try pair.second.receive() == Array("headbody".utf8))
    print("round trip:", try stream.tcpInfo.roundTripTime as Any)
  }

  @Test
  func `the sample reads an undeliverable message from the error queue`() throws {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 8)
    let socket = try Loopback.udpSocket()
    let nobody = try Loopback.udpSocket().localAddress
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 64)
    try poll.registry.register(socket, token: 1, interest: .readable)
    try socket.set(SocketOption<Bool>(level: Int32(IPPROTO_IP), name: IP_RECVERR), to: true)
    let question = ContiguousArray("anybody?".utf8)
    _ = try socket.send(question.span, to: nobody)
    try poll.poll(into: &events)  // The event has `isError`.
    var received = ReceivedAncillaryData()
    var space = buffer.mutableSpan
    let failed = try socket.receive(into: &space, ancillary: &received, flags: Int32(MSG_ERRQUEUE))
    print("nobody at", failed?.sender as Any)
    #expect(failed?.sender == nobody)
  }
}
