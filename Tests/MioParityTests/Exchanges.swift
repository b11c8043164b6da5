import MioCore
import MioNet
import TestHelpers
import Testing

/// Performs mio's smoke test with two connected streams that are registered for both directions.
///
/// The data is sent in one piece and returned in several pieces, which are assembled in the right
/// order.
func expectEcho<Stream: StreamSocket & ~Copyable>(
  _ client: borrowing Stream, token: Token, _ server: borrowing Stream, token serverToken: Token,
  _ poll: any TestPoll
) throws {
  #expect(try client.peeked() == nil)
  #expect(try client.receive() == nil)
  #expect(try client.send([1, 2, 3, 4, 5]) == 5)
  #expect(try poll.receive(5, from: server, token: serverToken) == [1, 2, 3, 4, 5])
  #expect(try server.write([1, 2].span, [3, 4, 5].span) == 5)
  try poll.next(token, where: \.isReadable)
  for _ in 0..<2 { #expect(try client.peeked() == [1, 2, 3, 4, 5]) }
  var head: [UInt8] = [0, 0]
  var tail: [UInt8] = [0, 0, 0, 9]
  do {
    var headSpan = head.mutableSpan
    var tailSpan = tail.mutableSpan
    #expect(try client.read(into: &headSpan, &tailSpan) == 5)
  }
  #expect(head == [1, 2] && tail == [3, 4, 5, 9])
  #expect(try client.receive() == nil)
  #expect(try client.takeError() == nil)
}

/// Performs mio's smoke test with two datagram sockets, which are connected to each other or not
/// connected.
///
/// A sender with the address `unnamed` is not reported.
func expectDatagrams<Socket: AddressedSocket & ~Copyable>(
  _ first: borrowing Socket, _ second: borrowing Socket, connected: Bool,
  unnamed: Socket.Address? = nil, _ selector: TestedSelector
) throws {
  let poll = try selector.makePoll()
  try #require(
    OpenDescriptors.isSafe(first.descriptor) && OpenDescriptors.isSafe(second.descriptor))
  try poll.register(first, token: 1, interest: [.readable, .writable])
  try poll.register(second, token: 2, interest: [.readable, .writable])
  let events = try poll.collect { Set($0.map(\.token)) == [1, 2] }
  #expect(Set(events.map(\.readiness)) == [.writable])
  let (one, other) = (try first.localAddress, try second.localAddress)
  if connected {
    #expect(try first.peerAddress == other)
    #expect(try second.peerAddress == one)
  } else {
    expectError(.notConnected) { () throws(IOError) in try first.peerAddress }
  }
  #expect(try first.peeked() == nil)
  #expect(try first.receive() == nil)

  #expect(try (connected ? first.send([1, 2, 3]) : first.send([1, 2, 3], to: other)) == 3)
  #expect(try (connected ? second.send([4, 5]) : second.send([4, 5], to: one)) == 2)
  try poll.collect { Set($0.filter(\.isReadable).map(\.token)) == [1, 2] }
  let sent = Datagram([1, 2, 3], from: one == unnamed ? nil : one)
  let answer = Datagram([4, 5], from: other == unnamed ? nil : other)
  for _ in 0..<2 { #expect(try second.peeked() == sent) }
  #expect(try second.receive() == sent)
  #expect(try second.receive() == nil)
  #expect(try first.receive() == answer)
  #expect(try first.takeError() == nil)
  #expect(try second.takeError() == nil)
}

/// Expects that a socket keeps its descriptor number and its address when its descriptor is taken
/// and adopted.
func expectSame<Target: Socket & ~Copyable>(afterAdopting socket: consuming Target) throws {
  let address = try socket.localAddress
  let descriptor = socket.descriptor
  let taken = socket.takeDescriptor()
  #expect(taken == descriptor)
  let adopted = try Target(adopting: taken)
  #expect(adopted.descriptor == descriptor)
  #expect(try adopted.localAddress == address)
}
