import CLibrary
import CMioPoll
import MioCore
import MioPoll
import TestHelpers
import Testing

/// The duration of a poll, even if it is interrupted.
@Suite(.takingTurns)
struct PollTimeoutTests {
  typealias FaultySelector = PollBackend<ScriptedPollCalls>

  let calls = ScriptedPollCalls()

  private func times() -> [Int64] { calls.waits.map(\.nanoseconds) }

  @Test
  func `after a signal, a poll waits for the remaining time`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.interruptWait(after: 30)
    calls.interruptWait(after: 50)
    #expect(try poll.events(within: .nanoseconds(100)).isEmpty)
    #expect(times() == [100, 70, 20])
  }

  @Test(arguments: [0, 1, 2])
  func `after a wait without events, a poll waits for the remaining time`(
    _ count: Int
  ) throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.returnEarly(count, after: 30)
    calls.returnEarly(count, after: 69)
    #expect(try poll.events(within: .nanoseconds(100)).isEmpty)
    #expect(times() == [100, 70, 1])
  }

  @Test
  func `changes by other threads do not prolong a poll`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    let registry = try poll.registry.duplicate()
    let source = SharedSource(100)
    let failures = Locked<[IOError]>([])
    for _ in 0..<3 {
      calls.duringWait {
        failures.collect { () throws(IOError) in
          try registry.register(source, token: 1, interest: .readable)
          try registry.deregister(source)
        }
      }
      calls.returnEarly(1, after: 20)
    }
    let start = poll.now
    #expect(try poll.events(within: .nanoseconds(1000)).isEmpty)
    #expect(poll.now == start.advanced(by: .nanoseconds(1000)))
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test
  func `a signal at the end of the timeout ends the poll`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.interruptWait(after: 100)
    #expect(try poll.events(within: .nanoseconds(100)).isEmpty)
    #expect(times() == [100])
  }

  @Test
  func `a signal ends a zero timeout without events`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.interruptWait()
    #expect(try poll.events(within: .zero).isEmpty)
    #expect(times() == [0])
  }

  @Test
  func `a poll without a timeout, or with a timeout of zero, does not read the clock`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    var events = try Events<FaultySelector>(capacity: 1)
    let source = SharedSource(100)
    try poll.registry.register(source, token: 1, interest: .readable, mode: .level)
    calls.set(100, C_MIO_POLL_READABLE)
    try poll.poll(into: &events)
    try poll.poll(into: &events, until: .never)
    try poll.poll(into: &events, timeout: .zero)
    #expect(calls.count(.now) == 0)
    try poll.poll(into: &events, timeout: .seconds(1))
    #expect(calls.count(.now) == 1)
    try poll.poll(into: &events, until: poll.now)
    #expect(times() == [-1, -1, 0, 1_000_000_000, 0])
  }

  @Test
  func `a poll throws interrupted if the caller requests it`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    var events = try Events<FaultySelector>(capacity: 1)
    calls.interruptWait()
    #expect(throws: IOError(code: EINTR, operation: .poll)) {
      try poll.poll(into: &events, timeout: .seconds(1), onInterrupt: .throw)
    }
  }

  @Test
  func `a poll without a timeout waits without a limit, repeatedly if necessary`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    var events = try Events<FaultySelector>(capacity: 1)
    let source = SharedSource(100)
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.interruptWait()
    calls.returnEarly(0, after: 10)
    calls.duringWait { calls.set(100, C_MIO_POLL_READABLE) }
    try poll.poll(into: &events)
    #expect(events.map(\.token) == [1])
    #expect(times() == [-1, -1, -1])
  }

  @Test
  func `the longest possible timeout is accepted`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.interruptWait()
    #expect(throws: IOError(code: EINTR, operation: .poll)) {
      var events = try Events<FaultySelector>(capacity: 1)
      try poll.poll(into: &events, timeout: .seconds(Int64.max), onInterrupt: .throw)
    }
    #expect(times() == [-1])
  }

  // A time_t may have 32 bits.
  @Test
  func `a timeout that is too long for one call takes several calls`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    #expect(try poll.events(within: .seconds(2_500_000)).isEmpty)
    #expect(times().map { $0 / 1_000_000_000 } == [1_000_000, 1_000_000, 500_000])
  }
}
