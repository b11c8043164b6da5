import ExampleSupport
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// The parts of `multi-core-echo` on real threads and connections.
@Suite(.guardingDescriptors)
struct ExampleMultiCoreTests {
  private typealias Loop = EchoLoop<SystemSelector, TCPStream>

  /// Starts a loop on a thread of its own.
  private func start(
    _ loop: consuming sending Loop, didEnd: PollWaker
  ) throws -> LoopThread<EchoCounts> {
    let stop = try loop.makeStopWaker()
    return LoopThread(loop, stop: stop, didEnd: didEnd) { loop throws(IOError) in
      try loop.run()
      return loop.counts
    }
  }

  /// Writes a byte, and waits for its echo.
  private func exchange(_ client: borrowing TCPStream) throws {
    var poll = try Poll<SystemSelector>()
    try poll.registry.register(client, token: 1, interest: .readable)
    defer { try? poll.registry.deregister(client) }
    #expect(try client.write([42]) == 1)
    let deadline = poll.now.advanced(by: .seconds(30))
    while poll.now < deadline {
      if let bytes = try client.receive(upTo: 2) {
        #expect(bytes == [42])
        return
      }
      _ = try poll.events(within: .seconds(30))
    }
    Issue.record("no echo")
  }

  @Test
  func `threads echo on the streams that are handed over to them`() throws {
    let main = try Poll<SystemSelector>()
    let didEnd = try main.registry.makeWaker(token: 1)
    let first = try Loop()
    let second = try Loop()
    let senders = [first.sender, second.sender]
    let threads = [try start(first, didEnd: didEnd), try start(second, didEnd: didEnd)]
    for sender in senders {
      for _ in 0..<20 {
        let pair = try Loopback.pair()
        try sender.send(pair.second)
        try exchange(pair.first)
      }
    }
    for thread in threads { #expect(try thread.stop()?.connections == 20) }
  }

  @Test
  func `a loop that has ended returns a sent stream, and closes the unreceived streams`() throws {
    let main = try Poll<SystemSelector>()
    let didEnd = try main.registry.makeWaker(token: 1)
    let loop = try Loop()
    let sender = loop.sender
    let unreceived = try Loopback.pair()
    // The stop comes first, so the loop ends before it looks into its mailbox.
    let stop = try loop.makeStopWaker()
    try stop.wake()
    try sender.send(unreceived.second)
    let thread = try start(loop, didEnd: didEnd)
    try thread.stop()
    let pair = try Loopback.pair()
    let returned = try sender.send(pair.second)
    let isReturned = returned != nil
    #expect(isReturned)
    // The other end was closed without a read, so this end reads the end of the stream.
    #expect(try unreceived.first.receive(upTo: 1) == [])
  }

  @Test
  func `the owner of a thread is notified if its loop fails, and receives the error`() throws {
    var main = try Poll<SystemSelector>()
    let didEnd = try main.registry.makeWaker(token: 1)
    let thread = LoopThread<Void>(try Loop(), stop: didEnd, didEnd: didEnd) { _ throws(IOError) in
      throw IOError(.outOfMemory, operation: .poll)
    }
    #expect(try main.events(within: .seconds(30)).map(\.token) == [1])
    #expect(throws: IOError(.outOfMemory, operation: .poll)) { try thread.stop() }
  }
}
