@testable import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The servers of the examples over a mock: the failure of one connection does not end a server.
@Suite(.guardingDescriptors)
struct ExampleFailureTests {
  /// Creates a connection on which the server has more work than it does in one turn.
  private func busyPair() throws -> ConnectedPair<MockStream> {
    let pair = MockStream.pair()
    pair.second.transferLimit = 1
    _ = try pair.first.write([UInt8](repeating: 7, count: 200).span)
    return pair
  }

  /// The number of sources that were registered half a second after the start.
  private let laterCount = Locked(0)

  /// Stops a server after a second of virtual time, and makes its next reregistrations fail.
  private func prepare(
    _ loop: borrowing ServerPoll<MockSelector>, failures: Int = 1
  ) throws -> MockQueue {
    let queue = loop.poll.registry.selector.queue
    let stop = try loop.makeStopWaker()
    queue.schedule(after: .milliseconds(500)) { [weak queue, laterCount] in
      laterCount.withLock { $0 = queue?.registrationCount ?? 0 }
    }
    queue.schedule(after: .seconds(1)) { try? stop.wake() }
    queue.fail(.reregister, with: .outOfMemory, times: failures)
    return queue
  }

  @Test
  func `an echo server closes a connection that cannot be reregistered, and continues`() throws {
    let waiting = WaitingStreams()
    let pair = try busyPair()
    let client = pair.first
    waiting.add(pair.second)
    var server = try EchoServer<MockSelector, _, _>(MockListener(waiting))
    let queue = try prepare(server.loop)
    let start = queue.now
    try server.run()
    #expect(queue.failureCount == 1)
    #expect(laterCount.withLock { $0 } == 1, "the listener")
    #expect(start.duration(to: queue.now) == .seconds(1))
    #expect(server.counts.connections == 1)
    #expect(throws: IOError.self) { while try client.receive() != [] {} }
  }

  @Test
  func `an HTTP server closes a connection that cannot be reregistered, and continues`() throws {
    let waiting = WaitingStreams()
    let pair = try busyPair()
    let client = pair.first
    waiting.add(pair.second)
    var server = try HTTPServer<MockSelector, _, _>(MockListener(waiting))
    let queue = try prepare(server.loop)
    try server.run()
    #expect(queue.failureCount == 1)
    #expect(laterCount.withLock { $0 } == 1, "the listener")
    #expect(throws: IOError.self) { while try client.receive() != [] {} }
  }

  @Test
  func `a proxy resets a link that cannot be reregistered, and continues`() throws {
    let waiting = WaitingStreams()
    let upstreams = WaitingStreams()
    let pair = try busyPair()
    let client = pair.first
    waiting.add(pair.second)
    let upstreamPair = MockStream.pair()
    let upstream = upstreamPair.second
    upstreams.add(upstreamPair.first)
    var server = try ProxyServer<MockSelector, _, _, _>(
      MockListener(waiting), upstream: MockUpstream.self, at: upstreams)
    let queue = try prepare(server.loop)
    try server.run()
    #expect(queue.failureCount == 1)
    #expect(laterCount.withLock { $0 } == 1, "the listener")
    for stream in [0, 1] {
      let error = #expect(throws: IOError.self) {
        while try (stream == 0 ? client.receive() : upstream.receive()) != [] {}
      }
      #expect(error?.kind == .connectionReset)
    }
  }

  @Test
  func `a guest of a chat that cannot be reregistered leaves, and the others stay`() throws {
    let waiting = WaitingStreams()
    let pair = MockStream.pair()
    let speaker = pair.first
    _ = try speaker.write(String(repeating: "x\n", count: 100))
    waiting.add(pair.second)
    let otherPair = MockStream.pair()
    let other = otherPair.first
    waiting.add(otherPair.second)
    var server = try ChatServer<MockSelector, _, _>(MockListener(waiting))
    let queue = try prepare(server.loop)
    try server.run()
    #expect(queue.failureCount == 1)
    var heard: [UInt8] = []
    while let count = try other.read(appendingTo: &heard, upTo: 4096), count > 0 {}
    #expect(String(decoding: heard, as: UTF8.self).hasSuffix("* guest 1 left\n"))
  }

  @Test
  func `a server whose listener cannot be reregistered listens again later`() throws {
    let waiting = WaitingStreams()
    for _ in 0..<70 { waiting.add(MockStream.pair().second) }
    var server = try EchoServer<MockSelector, _, _>(MockListener(waiting))
    let queue = try prepare(server.loop, failures: 2)
    try server.run()
    #expect(queue.failureCount == 2)
    #expect(server.counts.connections == 70)
  }

  @Test
  func `a client whose upstream cannot be reached is reset at once`() throws {
    let waiting = WaitingStreams()
    let first = MockStream.pair()
    let firstClient = first.first
    let second = MockStream.pair()
    let secondClient = second.first
    waiting.add(first.second)
    waiting.add(second.second)
    let upstreams = WaitingStreams()
    var server = try ProxyServer<MockSelector, _, _, _>(
      MockListener(waiting), upstream: MockUpstream.self, at: upstreams)
    let stop = try server.loop.makeStopWaker()
    // The stop comes before the pause of the acceptor is over.
    server.loop.poll.registry.selector.queue.schedule(after: .milliseconds(50)) {
      try? stop.wake()
    }
    try server.run()
    let isTaken = waiting.take() == nil
    #expect(isTaken)
    let firstError = #expect(throws: IOError.self) { try firstClient.receive() }
    let secondError = #expect(throws: IOError.self) { try secondClient.receive() }
    #expect([firstError, secondError].map { $0?.kind } == [.connectionReset, .connectionReset])
  }
}
