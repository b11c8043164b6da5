import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/regressions.rs`.
@Suite(.guardingDescriptors)
struct RegressionParityTests {
  @Test(arguments: TestedSelector.noticingClosing)
  func `a registered stream is closed when it is destroyed after a read would have blocked`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    for _ in 0..<3 {
      let client = try TCPStream(connectingTo: try listener.localAddress)
      try poll.register(client, token: 2, interest: [.readable, .writable])
      try poll.next(1, where: \.isReadable)
      let server = try listener.acceptAnnounced().stream
      #expect(try client.receive() == nil)
      _ = consume client
      try poll.register(server, token: 3, interest: .readable)
      try poll.next(3, where: \.isReadClosed)
      #expect(try server.receive() == [])
      #expect(try listener.accept() == nil)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a poll without a timeout does not return for a deregistered listener`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let waker = try poll.makeWaker(token: 1)
    let listener = try Loopback.listener()
    try poll.register(listener, token: 2, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.deregister(listener)
    let worker = Worker { try waker.wake() }
    #expect(try poll.poll(timeout: nil).map(\.token) == [1])
    try worker.join()
    _ = client.descriptor
  }

  @Test(.needs(.unixSockets), arguments: TestedSelector.allCases)
  func `a datagram from a socket without a name has no sender`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let folder = TemporaryFolder()
    let receiver = try UnixDatagram(bindingTo: try folder.address())
    try poll.register(receiver, token: 1, interest: .readable)
    #expect(try UnixDatagram().send([1], to: try folder.address()) == 1)
    try poll.next(1, where: \.isReadable)
    #expect(try receiver.receive() == Datagram([1], from: nil))
  }
}
