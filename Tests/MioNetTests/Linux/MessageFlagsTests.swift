import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The features of `recvmsg(2)` and `sendmsg(2)` without their own operations.
@Suite(.guardingDescriptors)
struct MessageFlagsTests {
  @Test(arguments: TestedSelector.allCases)
  func `the error queue reports undeliverable messages, even without a peer`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let socket = try Loopback.udpSocket()
    try socket.set(SocketOption<Bool>(level: Int32(IPPROTO_IP), name: IP_RECVERR), to: true)
    try poll.register(socket, token: 1, interest: .readable)
    let gone = try Loopback.udpSocket().localAddress
    #expect(try socket.send([1, 2, 3], to: gone) == 3)
    try poll.next(1, where: \.isError)

    var bytes = [UInt8](repeating: 0, count: 8)
    var ancillary = ReceivedAncillaryData()
    var room = bytes.mutableSpan
    let queue = Int32(MSG_ERRQUEUE)
    let message = try socket.receive(into: &room, ancillary: &ancillary, flags: queue)
    #expect(message == ReceivedMessage(count: 3, sender: gone, isTruncated: false))
    // `struct sock_extended_err` begins with the error code.
    let code = ancillary.withBytes(level: Int32(IPPROTO_IP), type: IP_RECVERR) { bytes in
      unsafe bytes.bytes.unsafeLoadUnaligned(as: UInt32.self)
    }
    #expect(code == UInt32(ECONNREFUSED))
    let none = try socket.receive(into: &room, ancillary: &ancillary, flags: queue)
    #expect(none == nil)
    #expect(
      ancillary.withBytes(level: Int32(IPPROTO_IP), type: IP_RECVERR) { $0.count } == nil)
    #expect(bytes[..<3] == [1, 2, 3])
  }

  @Test
  func `urgent data can be sent and received`() throws {
    let pair = try Loopback.pair()
    let nothing = AncillaryData()
    let urgent = Int32(MSG_OOB)
    #expect(try pair.first.send([1, 2].span, ancillary: nothing, flags: urgent) == 2)
    #expect(try pair.second.receive() == [1])
    var byte: [UInt8] = [0]
    var ancillary = ReceivedAncillaryData()
    var room = byte.mutableSpan
    #expect(try pair.second.receive(into: &room, ancillary: &ancillary, flags: urgent)?.count == 1)
    #expect(byte == [2])
  }

  @Test
  func `the length of a message can be queried without receiving it`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([1, 2, 3].span) == 3)
    var nothing: [UInt8] = []
    var ancillary = ReceivedAncillaryData()
    var room = nothing.mutableSpan
    let flags = Int32(MSG_PEEK | MSG_TRUNC)
    let message = try pair.second.receive(into: &room, ancillary: &ancillary, flags: flags)
    #expect(message?.count == 3 && message?.isTruncated == true)
    #expect(try Received.next(from: pair.second).bytes == [1, 2, 3])
  }

  // The test also sends to an address, and sends a message in several pieces.
  @Test
  func `messages sent with MSG_MORE are joined with the next message`() throws {
    let first = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let second = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let address = try second.localAddress
    let nothing = AncillaryData()
    let more = Int32(MSG_MORE)
    #expect(try first.send([1].span, to: address, ancillary: nothing, flags: more) == 1)
    #expect(try first.send([2].span, to: address, ancillary: nothing, flags: 0) == 1)
    #expect(try Received.next(from: second).bytes == [1, 2])
  }

  @Test
  func `descriptors that a peek returns are owned`() throws {
    let pair = try UnixDatagram.pair()
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    #expect(try pair.first.send([1].span, ancillary: ancillary) == 1)
    let before = OpenDescriptors.list()
    var byte: [UInt8] = [0]
    var received = ReceivedAncillaryData()
    // On Apple's systems, a peek opens no descriptor.
    for (flags, opened) in [(Int32(MSG_PEEK), C_MIO_IS_LIKE_APPLE == 0 ? 1 : 0), (0, 1)] {
      var room = byte.mutableSpan
      #expect(try pair.second.receive(into: &room, ancillary: &received, flags: flags)?.count == 1)
      #expect(OpenDescriptors.list().count == before.count + opened)
    }
    received.removeAll()
    #expect(OpenDescriptors.list() == before)
  }

  @Test
  func `an ancillary item without a name here can be received by its number`() throws {
    let pair = try UDPPair.make()
    // SO_TIMESTAMPNS and SCM_TIMESTAMPNS have the same number.
    let (level, type) = (SOL_SOCKET, SO_TIMESTAMPNS)
    try pair.second.set(SocketOption<Bool>(level: level, name: type), to: true)
    #expect(try pair.first.send([1].span) == 1)
    #expect(try pair.first.send([2].span) == 1)
    var ancillary = ReceivedAncillaryData()
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    #expect(try pair.second.receive(into: &room, ancillary: &ancillary)?.count == 1)
    let time = ancillary.withBytes(level: level, type: type) { bytes in
      unsafe bytes.bytes.unsafeLoadUnaligned(as: timespec.self)
    }
    #expect((time?.tv_sec ?? 0) > 1_700_000_000)
    #expect(ancillary.withBytes(level: level, type: 9999) { $0.count } == nil)

    var batch = try MessageBatch<SocketAddress>(
      capacity: 2, messageCapacity: 1, ancillaryCapacity: 64)
    #expect(try pair.second.receive(into: &batch) == 1)
    let size = batch.withAncillaryBytes(at: 0, level: level, type: type) { $0.count }
    #expect(size == MemoryLayout<timespec>.size)
  }

  @Test
  func `an ancillary item without a name here can be sent by its number`() throws {
    let pair = try UDPPair.make()
    try pair.second.set(.receiveTypeOfService, to: true)
    var ancillary = AncillaryData()
    try ancillary.append(level: Int32(IPPROTO_IP), type: IP_TOS, [0b10, 0, 0, 0].span)
    #expect(try pair.first.send([1].span, ancillary: ancillary) == 1)
    var received = ReceivedAncillaryData()
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    #expect(try pair.second.receive(into: &room, ancillary: &received)?.count == 1)
    #expect(received.values.typeOfService == 0b10)
    let error = expectError(.outOfMemory) { () throws(IOError) in
      try ancillary.append(level: 0, type: 0, [UInt8](repeating: 0, count: 512).span)
    }
    #expect(error?.operation == .append)
  }

  @Test
  func `received descriptors cannot be read as bytes`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    var received = ReceivedAncillaryData()
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    #expect(try pair.second.read(into: &room, ancillary: &received) == 1)
    #expect(received.withBytes(level: SOL_SOCKET, type: 1) { $0.count } == nil)
  }
}
