import MioCore
import MioNet
import MioWindows
import TestHelpers
import Testing

/// Many sockets, with their polls and handles.
@Suite(.guardingDescriptors(limit: .seconds(300)))
struct ManySocketsTests {
  private typealias Selector = AFDBackend<CountedAFDCalls>

  @Test
  func `one poll watches a thousand sockets, and leaves no resource behind`() throws {
    do {
      var poll = try Poll<Selector>()
      var events = try Events<Selector>(capacity: 256)
      let listener = try Loopback.listener()
      var pairs: [Box<ConnectedPair<TCPStream>>] = []
      for index in 0..<500 {
        let pair = Box(try Loopback.pair(of: listener))
        let tokens = (Token(UInt(2 * index)), Token(UInt(2 * index + 1)))
        try poll.registry.register(pair.value.first, token: tokens.0, interest: .readable)
        try poll.registry.register(pair.value.second, token: tokens.1, interest: .readable)
        pairs.append(pair)
      }
      try poll.poll(into: &events, timeout: .zero)
      #expect(events.isEmpty)
      // Each source is reported once, regardless of the capacity.
      for pair in pairs {
        try pair.value.first.send([1])
        try pair.value.second.send([2])
      }
      var seen: [Token: Int] = [:]
      let deadline = poll.now.advanced(by: .seconds(20))
      while seen.count < 1000 && poll.now < deadline {
        try poll.poll(into: &events, until: deadline)
        for event in events { seen[event.token, default: 0] += 1 }
      }
      #expect(seen.count == 1000 && seen.values.allSatisfy { $0 == 1 })
      for pair in pairs {
        #expect(try pair.value.first.receive() == [2])
        #expect(try pair.value.first.receive() == nil)
      }
      // Half of the sources are deregistered, and half are destroyed without deregistration.
      for pair in pairs.prefix(250) {
        try poll.registry.deregister(pair.value.first)
        try poll.registry.deregister(pair.value.second)
      }
    }
    CountedAFDCalls.ledger.withLock {
      #expect($0.mostInFlight >= 1000 && $0.mostHelpers > 30)
      #expect($0.isEmpty && $0.faults.isEmpty, "\($0)")
      $0 = CountedAFDCalls.Ledger()
    }
  }

  /// Runs random lives of sockets; a failure prints its seed.
  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `random operations on sockets leave no AFD poll and no handle behind`(seed: UInt64) throws {
    do {
      let lives = try SocketLives(seed: seed)
      try lives.run(steps: 10_000)
      #expect(lives.eventCount > 100)
    }
    CountedAFDCalls.ledger.withLock {
      #expect($0.isEmpty && $0.faults.isEmpty, "seed \(seed): \($0)")
      $0 = CountedAFDCalls.Ledger()
    }
  }
}

/// A non-copyable value that an array can hold.
final class Box<Value: ~Copyable> {
  let value: Value

  init(_ value: consuming Value) {
    self.value = value
  }
}
