import Glibc
import MioCore
import MioEpoll
import TestHelpers
import Testing

/// The system call that waits, and its timeout.
@Suite(.guardingDescriptors)
struct EpollTimeoutTests {
  private func poll(_ calls: ScriptedEpollCalls) throws -> Poll<EpollBackend<ScriptedEpollCalls>> {
    Poll(try EpollBackend(calls: calls))
  }

  @Test(arguments: [Duration.zero, .milliseconds(1), .milliseconds(7)])
  func `a timeout in whole milliseconds uses the cheaper system call`(_ timeout: Duration) throws {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    _ = try poll.events(within: timeout)
    #expect(calls.count(.wait) == 1)
    #expect(calls.count(.waitPrecisely) == 0)
  }

  @Test(arguments: [Duration.nanoseconds(1), .microseconds(200), .microseconds(1001)])
  func `any other timeout uses the precise system call, once`(_ timeout: Duration) throws {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    let start = poll.now
    _ = try poll.events(within: timeout)
    #expect(calls.count(.waitPrecisely) == 1)
    #expect(calls.count(.wait) == 0)
    #expect(poll.now >= start.advanced(by: timeout))
  }

  @Test(arguments: [ENOSYS, EPERM])
  func `without the precise call, timeouts are rounded up, and the call is not tried again`(
    _ code: Int32
  ) throws {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    calls.fail(.waitPrecisely, with: code)
    for _ in 0..<3 {
      let start = poll.now
      _ = try poll.events(within: .microseconds(200))
      #expect(poll.now >= start.advanced(by: .microseconds(200)))
    }
    #expect(calls.count(.waitPrecisely) == 1)
    #expect(calls.count(.wait) == 3)
    #expect(calls.lastMilliseconds == 1)
  }

  @Test
  func `after an interruption, which is thrown on request, polls use the precise call again`()
    throws
  {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    var events = try Events<EpollBackend<ScriptedEpollCalls>>(capacity: 1)
    calls.fail(.waitPrecisely, with: EINTR)
    #expect(throws: IOError(code: EINTR, operation: .poll)) {
      try poll.poll(into: &events, timeout: .microseconds(200), onInterrupt: .throw)
    }
    _ = try poll.events(within: .microseconds(200))
    #expect(calls.count(.waitPrecisely) == 2)
    #expect(calls.count(.wait) == 0)
  }

  @Test
  func `the clock of a poll is the monotonic clock of the system`() throws {
    func monotonic() -> UInt64 {
      var time = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
    let poll = try Poll<EpollSelector>()
    for _ in 0..<100 {
      let before = monotonic()
      let now = poll.now.nanoseconds
      #expect(before <= now && now <= monotonic())
    }
  }

  @Test(arguments: [
    (Duration.milliseconds(Int64(Int32.max)), Int32.max),
    (.milliseconds(Int64(Int32.max) + 1), .max), (.milliseconds(1 << 32), .max),
    (.seconds(1_000_000_000), .max), (.milliseconds(5), 5), (.zero, 0), (.seconds(-1), 0),
  ])
  func `a wait takes the requested time, or the longest time that the system supports`(
    _ timeout: Duration, _ milliseconds: Int32
  ) throws {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    var events = try Events<EpollBackend<ScriptedEpollCalls>>(capacity: 1)
    calls.fail(.wait, with: EINTR)
    #expect(throws: IOError(code: EINTR, operation: .poll)) {
      try poll.poll(into: &events, timeout: timeout, onInterrupt: .throw)
    }
    #expect(calls.lastMilliseconds == milliseconds)
  }

  @Test
  func `a poll without a timeout waits without a limit`() throws {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    var events = try Events<EpollBackend<ScriptedEpollCalls>>(capacity: 1)
    calls.fail(.wait, with: EINTR)
    #expect(throws: IOError(code: EINTR, operation: .poll)) {
      try poll.poll(into: &events, onInterrupt: .throw)
    }
    #expect(calls.lastMilliseconds == -1)
  }

  @Test
  func `a poll waits again until its deadline if the system limits the wait`() throws {
    let calls = ScriptedEpollCalls()
    var poll = try poll(calls)
    // The timeout has more milliseconds than an `int` can hold, so the call waits as long as an
    // `int` permits.
    calls.fail(.wait, with: EINTR)
    #expect(throws: IOError(code: EINTR, operation: .poll)) {
      var events = try Events<EpollBackend<ScriptedEpollCalls>>(capacity: 1)
      try poll.poll(into: &events, timeout: .seconds(Int64.max), onInterrupt: .throw)
    }
  }
}
