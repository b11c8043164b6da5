import MioCore
import Synchronization

// C11: wakers.
extension SelectorChecks where S: ~Copyable, Stream: ~Copyable {
  func wakeBeforePollIsKept() throws {
    var poll = try fixture.makeConformancePoll()
    let waker = try poll.poll.registry.makeWaker(token: 9)
    try waker.wake()
    let event = try poll.expect(9, "woken before the poll", where: \.isReadable)
    try require(event == Event(token: 9, readiness: .readable), "a wake looks like \(event)")
    try poll.expectSilence(of: 9, because: "the wake was delivered")
    // A registration between the wake and the poll must not lose the wake.
    try waker.wake()
    let pair = try fixture.makePair()
    try poll.poll.registry.register(pair.first, token: 1, interest: .readable)
    try poll.poll.registry.deregister(pair.first)
    try poll.expect(9, "woken before a registration", where: \.isReadable)
  }

  func wakeEndsAWait() throws {
    var poll = try fixture.makeConformancePoll()
    let waker = try poll.poll.registry.makeWaker(token: 9)
    for round in 0..<20 {
      try pollUntilInterfered(&poll, round) { try? waker.wake() }
      try require(poll.events.map(\.token) == [9], "woken, but there is \(poll.events)")
    }
    try poll.expectSilence(of: 9, because: "all wakes were delivered")
  }

  func wakesCoalesce() throws {
    var poll = try fixture.makeConformancePoll()
    let waker = try poll.poll.registry.makeWaker(token: 9)
    for _ in 0..<3 {
      for _ in 0..<10 { try waker.wake() }
      try poll.poll.poll(into: &poll.events, timeout: .seconds(1))
      try require(poll.events.count == 1, "ten wakes gave \(poll.events)")
      try poll.expectSilence(of: 9, because: "ten wakes are one event")
    }
  }

  func wakersHaveTheirOwnTokens() throws {
    var poll = try fixture.makeConformancePoll()
    let registry = try poll.poll.registry.duplicate()
    let wakers = [
      try poll.poll.registry.makeWaker(token: 1), try registry.makeWaker(token: 2),
      try poll.poll.registry.makeWaker(token: 3),
    ]
    try wakers[0].wake()
    try wakers[1].wake()
    let events = try poll.collect(polls: 4) { $0.count >= 2 }
    try require(events.map(\.token).sorted() == [1, 2], "two of three woke, but got \(events)")
    try wakers[2].wake()
    try poll.expect(3, "the third wakes too", where: \.isReadable)
    try poll.expectSilence(of: 1, 2, 3, because: "all was delivered")
  }

  func wakeOutlivesItsWaker() throws {
    var poll = try fixture.makeConformancePoll()
    do {
      let waker = try poll.poll.registry.makeWaker(token: 9)
      try waker.wake()
    }
    try poll.expect(9, "the waker is gone, its wake is not", where: \.isReadable)
    _ = try poll.poll.registry.makeWaker(token: 10)
    try poll.expectSilence(of: 9, 10, because: "nobody woke")
  }

  func wakerOutlivesItsPoll() throws {
    let waker: PollWaker
    do {
      let poll = try fixture.makePoll()
      waker = try poll.registry.makeWaker(token: 9)
      try waker.wake()
    }
    // The system may reuse the descriptors of the closed poll for other files.
    var other = try fixture.makeConformancePoll()
    for _ in 0..<3 { try waker.wake() }
    try other.expectSilence(of: 9, because: "the waker's poll is gone")
  }

  func deliveredWakerWakesAnew() throws {
    var poll = try fixture.makeConformancePoll()
    let waker = try poll.poll.registry.makeWaker(token: 9)
    for _ in 0..<1000 {
      try waker.wake()
      try poll.poll.poll(into: &poll.events, timeout: .seconds(5))
      try require(poll.events.map(\.token) == [9], "woken, but there is \(poll.events)")
    }
    try poll.expectSilence(of: 9, because: "all wakes were delivered")
  }

  func carriedOverWakesAllArrive() throws {
    var poll = try fixture.makeConformancePoll(capacity: 1)
    let wakers = try (0..<5).map { try poll.poll.registry.makeWaker(token: Token($0)) }
    for _ in 0..<3 {
      for waker in wakers { try waker.wake() }
      var tokens: [Token] = []
      for _ in wakers {
        try poll.poll.poll(into: &poll.events, timeout: .seconds(5))
        tokens += poll.events.map(\.token)
      }
      try require(tokens.sorted() == [0, 1, 2, 3, 4], "five wakes gave \(tokens)")
    }
    try poll.expectSilence(of: 0, 1, 2, 3, 4, because: "all was delivered")
  }

  /// Runs eight threads that wake the poll.
  ///
  /// Each waits regularly until the poller has received its last wake.
  func noWakeIsLost(capacity: Int) throws {
    try WakeStress.run(on: try fixture.makePoll(), capacity: capacity, rounds: 20_000)
  }

  func wakePublishesWhatHappenedBefore() throws {
    var poll = try fixture.makeConformancePoll()
    let waker = try poll.poll.registry.makeWaker(token: 9)
    let box = PlainBox()
    for value in 1...500 {
      let thread = TestThread {
        box.value = value
        try? waker.wake()
      }
      try poll.poll.poll(into: &poll.events)
      try require(box.value == value, "what happened before the wake is not visible after it")
      thread.join()
    }
  }

  func firstWakerEndsAWaitUnderWay() throws {
    for round in 0..<20 {
      var poll = try fixture.makeConformancePoll()
      let registry = try poll.poll.registry.duplicate()
      try pollUntilInterfered(&poll, round) {
        guard let waker = try? registry.makeWaker(token: 9) else { return }
        try? waker.wake()
      }
      try require(poll.events.map(\.token) == [9], "woken, but there is \(poll.events)")
    }
  }
}

/// A variable without synchronisation.
///
/// The wake must provide it; otherwise the thread sanitizer reports a race.
private final class PlainBox: @unchecked Sendable {
  // Safety of `@unchecked`: the wake orders the accesses. The check proves that.
  var value = 0
}
