import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct UnixDatagramTests {
  @Test
  func `a message has the address of its sender if the sender has a name`() throws {
    let folder = TemporaryFolder()
    let server = try UnixDatagram(bindingTo: try UnixAddress(path: folder.file("server")))
    let client = try UnixDatagram(bindingTo: try UnixAddress(path: folder.file("client")))
    let nameless = try UnixDatagram()
    #expect(try client.send([1].span, to: try server.localAddress) == 1)
    #expect(try nameless.send([2].span, to: try server.localAddress) == 1)
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    let first = try server.receive(into: &room)
    let second = try server.receive(into: &room)
    #expect(first?.sender == (try client.localAddress))
    #expect(second?.sender == nil || second?.sender == .unnamed)
  }

  @Test
  func `messages keep their boundaries, and a truncated message is marked`() throws {
    let pair = try UnixDatagram.pair()
    #expect(try pair.first.send([1, 2, 3].span) == 3)
    let nothing: [UInt8] = []
    #expect(try pair.first.send(nothing.span) == 0)
    #expect(try pair.first.send([4].span) == 1)
    var buffer: [UInt8] = [0, 0]
    var room = buffer.mutableSpan
    let cut = try pair.second.receive(into: &room)
    #expect(cut?.count == 2 && cut?.isTruncated == true)
    let empty = try pair.second.receive(into: &room)
    #expect(empty?.count == 0 && empty?.isTruncated == false)
    let peeked = try pair.second.peek(into: &room)
    let whole = try pair.second.receive(into: &room)
    #expect(peeked == whole && whole?.count == 1)
    let none = try pair.second.receive(into: &room)
    #expect(none == nil)
  }

  @Test(arguments: TestedSelector.allCases)
  func `sending to a full queue would block, and the socket is reported when there is space`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try UnixDatagram.pair()
    try poll.register(pair.first, token: 1, interest: .writable)
    while try pair.first.send([1].span) != nil {}
    try poll.settle()
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    while try pair.second.receive(into: &room) != nil {}
    try poll.next(1, where: \.isWritable)
    #expect(try pair.first.send([1].span) == 1)
  }

  @Test
  func `sending to a peer that was closed throws`() throws {
    let folder = TemporaryFolder()
    let address = try UnixAddress(path: folder.file("server"))
    let client = try UnixDatagram()
    expectError(.notFound) { () throws(IOError) in try client.connect(to: address) }
    do {
      let server = try UnixDatagram(bindingTo: address)
      try client.connect(to: address)
      #expect(try client.peerAddress == address)
      #expect(try client.send([1].span) == 1)
      _ = server.descriptor
    }
    expectError(.connectionRefused) { () throws(IOError) in try client.send([1].span) }
    expectError(.connectionRefused) { () throws(IOError) in try client.connect(to: address) }
    let stream = try UnixListener(bindingTo: try UnixAddress(path: folder.file("stream")))
    // A datagram cannot be sent to the listener of a stream.
    let error = expectError(.other) { () throws(IOError) in
      try client.send([1].span, to: try stream.localAddress)
    }
    #expect(error?.code == EPROTOTYPE)
  }

  @Test
  func `a message that is too long or has no destination is refused`() throws {
    let pair = try UnixDatagram.pair()
    let long = [UInt8](repeating: 0, count: 8 << 20)
    expectError(.messageTooLong) { () throws(IOError) in try pair.first.send(long.span) }
    let socket = try UnixDatagram()
    expectError(.notConnected) { () throws(IOError) in try socket.send([1].span) }
  }

  @Test
  func `packets keep their boundaries and their order, and then the end is received`() throws {
    let folder = TemporaryFolder()
    let address = try UnixAddress(path: folder.file("packets"))
    let listener = try UnixPacketListener(bindingTo: address)
    guard let client = try UnixPacketSocket(connectingTo: address),
      let server = try listener.accept()
    else {
      Issue.record("no connection")
      return
    }
    #expect(try listener.accept() == nil)
    #expect(try client.peerAddress == address)
    #expect(try server.peerCredentials.processID == getpid())
    #expect(try client.send([1, 2].span) == 2)
    #expect(try client.send([3].span) == 1)
    #expect(try count(server) == 2)
    #expect(try count(server) == 1)
    #expect(try count(server) == nil)
    try client.shutdown(.write)
    #expect(try count(server) == 0)
    let stream = try UnixStream.pair()
    expectError(.invalidArgument) { () throws(IOError) in
      try UnixPacketSocket(adopting: stream.first.descriptor)
    }
  }

  @Test
  func `a pair of packet sockets is connected to each other`() throws {
    let pair = try UnixPacketSocket.pair()
    #expect(try pair.first.send([1, 2, 3].span) == 3)
    var buffer: [UInt8] = [0, 0]
    var room = buffer.mutableSpan
    let message = try pair.second.receive(into: &room)
    #expect(message?.count == 2 && message?.isTruncated == true)
  }

  /// Returns the length of the next packet.
  private func count(_ socket: borrowing UnixPacketSocket) throws -> Int? {
    var buffer: [UInt8] = [0, 0]
    var room = buffer.mutableSpan
    return try socket.receive(into: &room)?.count
  }
}
