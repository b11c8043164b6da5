import MioCore
import Synchronization

// C6, C7: when a poll returns.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func readyEventsComeAtOnce() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .writable)
    let start = poll.poll.now
    try poll.poll.poll(into: &poll.events, timeout: .seconds(60))
    try require(poll.events.count == 1, "expected one event, got \(poll.events)")
    try require(
      poll.poll.now < start.advanced(by: .seconds(30)), "the poll waited although it had an event")
  }

  func pollIsNeverEmptyEarly() throws {
    var poll = try fixture.makeConformancePoll()
    let timeouts: [Duration] = [
      .nanoseconds(1), .microseconds(1), .microseconds(999), .milliseconds(1),
      .microseconds(1001), .milliseconds(20), .nanoseconds(2_500_001),
    ]
    for timeout in timeouts {
      let deadline = poll.poll.now.advanced(by: timeout)
      try poll.poll.poll(into: &poll.events, timeout: timeout)
      try require(poll.events.isEmpty, "nothing is registered, but there is \(poll.events)")
      try require(poll.poll.now >= deadline, "a poll of \(timeout) was over too early")
    }
  }

  func zeroAndLessNeverBlock() throws {
    var poll = try fixture.makeConformancePoll()
    try requireOnce(quickerThan: .milliseconds(30), "even the best poll without a timeout blocks") {
      let start = poll.poll.now
      for timeout in [Duration.zero, .nanoseconds(-1), .seconds(-1_000_000_000_000)] {
        try poll.poll.poll(into: &poll.events, timeout: timeout)
        try require(poll.events.isEmpty, "nothing is registered, but there is \(poll.events)")
      }
      try poll.poll.poll(into: &poll.events, until: start)
      return poll.poll.now.nanoseconds - start.nanoseconds
    }

    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .writable)
    try poll.poll.poll(into: &poll.events, timeout: .zero)
    try require(poll.events.count == 1, "a zero timeout does not collect what is ready")
  }

  func anyTimeoutIsTaken() throws {
    var poll = try fixture.makeConformancePoll()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .writable, mode: .level)
    let extremes: [Duration] = [
      .seconds(Int64.max), .seconds(Int64.min), .nanoseconds(Int64.max), .seconds(3_000_000),
      .milliseconds(Int64(Int32.max) + 1),
      Duration(secondsComponent: .max, attosecondsComponent: 0),
    ]
    for timeout in extremes {
      try poll.poll.poll(into: &poll.events, timeout: timeout)
      try require(poll.events.count == 1, "a timeout of \(timeout) lost an event")
    }
    try poll.poll.poll(into: &poll.events, until: Instant(nanoseconds: .max))
    try require(poll.events.count == 1, "the last instant as deadline lost an event")
    try poll.poll.poll(into: &poll.events, until: Instant(nanoseconds: 0))
    try require(poll.events.count == 1, "the first instant as deadline lost an event")
  }

  func deadlineIsKept() throws {
    var poll = try fixture.makeConformancePoll()
    let deadline = poll.poll.now.advanced(by: .milliseconds(15))
    try poll.poll.poll(into: &poll.events, until: deadline)
    try require(poll.events.isEmpty, "nothing is registered, but there is \(poll.events)")
    try require(poll.poll.now >= deadline, "a poll was over before its deadline")
  }

  func pollIsNotLate() throws {
    var poll = try fixture.makeConformancePoll()
    for timeout in [Duration.milliseconds(1), .milliseconds(60)] {
      // Coarse clocks tick every 16 ms.
      try requireOnce(quickerThan: .milliseconds(30), "even the best poll of \(timeout) is late") {
        let deadline = poll.poll.now.advanced(by: timeout)
        try poll.poll.poll(into: &poll.events, timeout: timeout)
        return poll.poll.now.nanoseconds - deadline.nanoseconds
      }
    }
  }

  /// Repeats the attempt until one is quick enough, because other programs may delay it.
  private func requireOnce(
    quickerThan limit: Duration, _ what: String, _ attempt: () throws -> UInt64
  ) throws {
    for _ in 0..<50 where try Duration.nanoseconds(Int64(clamping: attempt())) < limit { return }
    throw ContractViolation(what, file: #fileID, line: #line)
  }

  func interruptedPollGoesOn() throws {
    var poll = try fixture.makeConformancePoll()
    let interruption = try interruption(of: poll.poll.registry)
    try whileInterrupted(by: interruption) {
      var timeout = Duration.milliseconds(20)
      var interruptedPolls = 0
      for _ in 0..<30 where interruptedPolls < 5 {
        let before = interruption.count()
        let deadline = poll.poll.now.advanced(by: timeout)
        try poll.poll.poll(into: &poll.events, timeout: timeout)
        try require(poll.events.isEmpty, "nothing is registered, but there is \(poll.events)")
        try require(poll.poll.now >= deadline, "an interruption ended the poll early")
        if interruption.count() > before {
          interruptedPolls += 1
        } else {
          // A busy machine needs more time to interrupt a thread. Virtual time costs no real time.
          timeout = min(timeout * 2, .seconds(1))
          pauseThread(for: .milliseconds(1))
        }
      }
      try require(interruptedPolls == 5, "only \(interruptedPolls) polls were interrupted")
    }
  }

  func interruptedPollThrowsOnRequest() throws {
    var poll = try fixture.makeConformancePoll()
    try whileInterrupted(by: try interruption(of: poll.poll.registry)) {
      try requireError(.interrupted, "an interrupted poll") { () throws(IOError) in
        try poll.poll.poll(into: &poll.events, onInterrupt: .throw)
      }
    }
  }

  private func interruption(
    of registry: borrowing Registry<S>
  ) throws -> PollingThread.Interruption {
    if let interruption = fixture.observePoller(registry).interruption { return interruption }
    throw ContractViolation(
      "the fixture cannot interrupt: leave this check out", file: #fileID, line: #line)
  }

  /// Runs `body` on this thread while another thread interrupts it.
  private func whileInterrupted(
    by interruption: PollingThread.Interruption, _ body: () throws -> Void
  ) throws {
    let isOver = Atomic(false)
    let thread = TestThread {
      while !isOver.load(ordering: .acquiring) {
        interruption.interrupt()
        pauseThread(for: .microseconds(200))
      }
    }
    let result = Result { try body() }
    isOver.store(true, ordering: .releasing)
    thread.join()
    try result.get()
  }
}
