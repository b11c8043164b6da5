import MioCore
import Synchronization

// C16: several threads.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func registrationEndsAWait() throws {
    for round in 0..<10 {
      var poll = try fixture.makeConformancePoll()
      let shared = Shared(try fixture.makePair(), try poll.poll.registry.duplicate())
      try pollUntilInterfered(&poll, round) {
        try? shared.registry.register(shared.pair.first, token: 1, interest: .writable)
      }
      try require(
        poll.events.map(\.token) == [1], "registered while waiting, got \(poll.events)")
    }
  }

  /// Polls without a timeout, and calls `interfere` on another thread as soon as the poll waits.
  func pollUntilInterfered(
    _ poll: inout ConformancePoll<S>, _ round: Int, _ interfere: @escaping @Sendable () -> Void
  ) throws {
    let poller = fixture.observePoller(poll.poll.registry)
    let hasWaited = Atomic(false)
    let thread = TestThread {
      hasWaited.store(poller.awaitWait(round: round), ordering: .releasing)
      interfere()
    }
    let result = Result { () throws(IOError) in try poll.poll.poll(into: &poll.events) }
    thread.join()
    try result.get()
    try require(hasWaited.load(ordering: .acquiring), "the poll never waited")
  }

  func duplicateWorksWhilePolling() throws {
    var poll = try fixture.makeConformancePoll()
    let waker = try poll.poll.registry.makeWaker(token: 99)
    let shared = Shared(try fixture.makePair(), try poll.poll.registry.duplicate())
    let failures = Atomic(0)
    let thread = TestThread {
      for round in 1...200 {
        do throws(IOError) {
          try shared.registry.register(
            shared.pair.first, token: Token(UInt(round)), interest: .writable)
          try shared.registry.reregister(
            shared.pair.first, token: Token(UInt(round)), interest: [.readable, .writable])
          try shared.registry.deregister(shared.pair.first)
        } catch {
          failures.add(1, ordering: .relaxed)
        }
      }
      try? waker.wake()
    }
    var isOver = false
    while !isOver {
      try poll.poll.poll(into: &poll.events)
      isOver = poll.events.contains { $0.token == 99 }
    }
    thread.join()
    try require(failures.load(ordering: .acquiring) == 0, "operations of a duplicate failed")
    for round in 1...200 {
      try poll.expectSilence(of: Token(UInt(round)), because: "it was deregistered")
      if round == 3 { break }
    }
  }

  func readWriteAndDeregisterRunTogether() throws {
    var poll = try fixture.makeConformancePoll()
    let shared = Shared(try fixture.makePair(), try poll.poll.registry.duplicate())
    let total = 1 << 20
    let isOver = Atomic(false)
    let writer = TestThread {
      let bytes = ContiguousArray<UInt8>(repeating: 1, count: 1000)
      var left = total
      while left > 0 {
        let count = try? shared.pair.first.write(bytes.span.extracting(first: min(left, 1000)))
        if count == nil { yieldThread() }
        left -= count ?? 0
      }
    }
    let registrar = TestThread {
      while !isOver.load(ordering: .acquiring) {
        try? shared.registry.register(shared.pair.second, token: 1, interest: .readable)
        try? shared.registry.deregister(shared.pair.second)
      }
    }
    var received = 0
    while received < total {
      received += try shared.pair.second.drainReading()
      try poll.poll.poll(into: &poll.events, timeout: .zero)
    }
    isOver.store(true, ordering: .releasing)
    writer.join()
    registrar.join()
    try require(received == total, "\(received) of \(total) bytes arrived")
  }
}
