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
    let start = poll.poll.now
    for timeout in [Duration.zero, .nanoseconds(-1), .seconds(-1_000_000_000_000)] {
      try poll.poll.poll(into: &poll.events, timeout: timeout)
      try require(poll.events.isEmpty, "nothing is registered, but there is \(poll.events)")
    }
    try poll.poll.poll(into: &poll.events, until: start)
    try require(poll.poll.now < start.advanced(by: .seconds(1)), "a zero timeout blocked")

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

  func interruptedPollGoesOn() throws {
    var poll = try fixture.makeConformancePoll()
    let interrupt = fixture.makeInterrupter(poll.poll.registry)
    let isOver = Atomic(false)
    let thread = TestThread {
      while !isOver.load(ordering: .acquiring) { interrupt() }
    }
    for _ in 0..<5 {
      let deadline = poll.poll.now.advanced(by: .milliseconds(20))
      try poll.poll.poll(into: &poll.events, timeout: .milliseconds(20))
      try require(poll.events.isEmpty, "nothing is registered, but there is \(poll.events)")
      try require(poll.poll.now >= deadline, "an interruption ended the poll early")
    }
    isOver.store(true, ordering: .releasing)
    thread.join()
  }

  func interruptedPollThrowsOnRequest() throws {
    var poll = try fixture.makeConformancePoll()
    let interrupt = fixture.makeInterrupter(poll.poll.registry)
    let isOver = Atomic(false)
    let thread = TestThread {
      while !isOver.load(ordering: .acquiring) { interrupt() }
    }
    let result = Result { () throws(IOError) in
      try poll.poll.poll(into: &poll.events, onInterrupt: .throw)
    }
    isOver.store(true, ordering: .releasing)
    thread.join()
    try requireError(.interrupted, "an interrupted poll") { () throws(IOError) in
      try result.get()
    }
  }
}
