import CLibrary
import CMioPoll
import MioCore
import MioPoll
import TestHelpers
import Testing

/// The events that the selector derives from the results of the system.
@Suite(.takingTurns)
struct PollAnswerTests {
  typealias FaultySelector = PollBackend<ScriptedPollCalls>

  let calls = ScriptedPollCalls()
  let failures = Locked<[IOError]>([])
  let source = SharedSource(100)
  let other = SharedSource(101)

  private func makePoll() throws -> Poll<FaultySelector> {
    Poll(try FaultySelector(calls: calls))
  }

  /// The conditions that the poller requested in its last wait, for each descriptor.
  private var questions: [Int32: UInt16]? { calls.waits.last?.questions }

  // MARK: - Descriptors that are not open

  @Test(arguments: [TriggerMode.edge, .level, .oneShot])
  func `a descriptor that is not open is not queried again`(_ mode: TriggerMode) throws {
    var poll = try makePoll()
    try poll.registry.register(source, token: 1, interest: .readable, mode: mode)
    try poll.registry.register(other, token: 2, interest: .readable)
    calls.set(100, C_MIO_POLL_INVALID)
    #expect(try poll.events(within: .seconds(1)).isEmpty)
    #expect(calls.count(.wait) == 2)
    #expect(questions == [101: C_MIO_POLL_READABLE | C_MIO_POLL_READ_CLOSED])
    calls.set(101, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [2])

    // The source is still registered.
    calls.set(100, C_MIO_POLL_READABLE)
    try poll.registry.reregister(source, token: 3, interest: .readable)
    #expect(try poll.events().map(\.token) == [3])
    try poll.registry.deregister(source)
  }

  @Test
  func `operations that would block on a closed descriptor do not make the poller spin`() throws {
    var poll = try makePoll()
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_INVALID)
    for _ in 0..<3 {
      let before = calls.count(.wait)
      #expect(try poll.events(within: .seconds(1)).isEmpty)
      #expect(calls.count(.wait) - before <= 2)
      _ = source.withIO(.readable) { _ -> Int? in nil }
    }
  }

  // MARK: - Wrong counts

  @Test(arguments: [0, 1, 2])
  func `a result count without ready entries reports no events`(_ count: Int) throws {
    var poll = try makePoll()
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.returnEarly(count)
    #expect(try poll.events(within: .zero).isEmpty)
    #expect(calls.count(.wait) == 1)
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [1])
  }

  @Test(arguments: [1, 2, 3, 7, 100])
  func `results beyond the capacity are reported by the following polls, in turn`(
    _ capacity: Int
  ) throws {
    var poll = try makePoll()
    let sources = (0..<20).map { SharedSource(100 + Int32($0)) }
    for (index, source) in sources.enumerated() {
      calls.set(100 + Int32(index), C_MIO_POLL_READABLE | C_MIO_POLL_WRITABLE)
      try poll.registry.register(
        source, token: Token(UInt(index)), interest: [.readable, .writable])
    }
    var events = try Events<FaultySelector>(capacity: capacity)
    var tokens: [Token] = []
    var polls = 0
    repeat {
      try poll.poll(into: &events, timeout: .zero)
      #expect(events.count <= capacity)
      tokens += events.map(\.token)
      polls += 1
    } while !events.isEmpty
    #expect(tokens == (0..<20).map { Token($0) })
    #expect(polls == (20 + capacity - 1) / capacity + 1)
  }

  @Test(arguments: [(100, 64, 100), (100, 65, 35), (200, 100, 200), (200, 101, 99)])
  func `the poller removes free places only if they outnumber the others and exceed 64`(
    _ count: Int32, _ removed: Int, _ asked: Int
  ) throws {
    var poll = try makePoll()
    let sources = (0..<count).map { SharedSource(100 + $0) }
    for source in sources { try poll.registry.register(source, token: 1, interest: .readable) }
    for source in sources.prefix(removed) { try poll.registry.deregister(source) }
    #expect(try poll.events(within: .zero).isEmpty)
    #expect(calls.waits.last?.entryCount == 1 + asked)
  }

  // MARK: - Errors and hang-ups

  @Test
  func `a hang-up is reported only for the directions of the interest`() throws {
    var poll = try makePoll()
    try poll.registry.register(source, token: 1, interest: .writable)
    calls.set(100, C_MIO_POLL_HANG_UP)
    #expect(try poll.events().map(\.readiness) == [[.hangUp, .writable]])
  }

  @Test
  func `after an error, only a direction that would block is queried again`() throws {
    var poll = try makePoll()
    try poll.registry.register(source, token: 1, interest: [.readable, .writable])
    calls.set(100, C_MIO_POLL_ERROR | C_MIO_POLL_READABLE)
    #expect(try poll.events().count == 1)
    calls.set(100, C_MIO_POLL_WRITABLE)
    _ = source.withIO(.readable) { _ -> Int? in nil }
    #expect(try poll.events().isEmpty)
    #expect(questions == [100: C_MIO_POLL_READABLE | C_MIO_POLL_READ_CLOSED])
  }

  @Test
  func `level-triggered sources that stay ready are reported in turn`() throws {
    var poll = try makePoll()
    let sources = (0..<5).map { SharedSource(100 + Int32($0)) }
    for (index, source) in sources.enumerated() {
      calls.set(100 + Int32(index), C_MIO_POLL_READABLE)
      try poll.registry.register(
        source, token: Token(UInt(index)), interest: .readable, mode: .level)
    }
    var events = try Events<FaultySelector>(capacity: 2)
    var tokens: [Token] = []
    for _ in 0..<5 {
      try poll.poll(into: &events, timeout: .zero)
      tokens += events.map(\.token)
    }
    #expect(tokens == (0..<10).map { Token($0 % 5) })
  }

  // MARK: - Places

  @Test
  func `destroying a deregistered source does not affect the source that took its place`() throws {
    var poll = try makePoll()
    let successor = SharedSource(101)
    do {
      let leaving = SharedSource(101)
      try poll.registry.register(leaving, token: 1, interest: .readable)
      try poll.registry.deregister(leaving)
      try poll.registry.register(source, token: 2, interest: .readable)
      try poll.registry.register(successor, token: 3, interest: .readable)
      // The deregistered source is destroyed here.
      withExtendedLifetime(leaving) {}
    }
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [2])
    #expect(calls.waits.last?.entryCount == 3)
    try poll.registry.deregister(source)
    try poll.registry.deregister(successor)
  }

  // MARK: - Changes during a wait

  /// Runs a change, as another thread would, when the system has returned its results and the
  /// poller has not read them yet.
  private func duringWait(_ change: @escaping @Sendable () throws(IOError) -> Void) {
    let failures = failures
    calls.duringWait { failures.collect(change) }
  }

  @Test
  func `a result for a source that was deregistered during the wait is dropped`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in try registry.deregister(source) }
    #expect(try poll.events().isEmpty)
    #expect(questions == [:])
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test
  func `a result for a source that was closed during the wait is dropped`() throws {
    var poll = try makePoll()
    let closing = Locked<SharedSource?>(source)
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    calls.duringWait {
      closing.withLock { $0?.withRegistration { _, state in state.sourceWillClose() } }
    }
    #expect(try poll.events().isEmpty)
    #expect(questions == [:])
  }

  @Test
  func `a source that was reregistered during the wait is queried again`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in
      try registry.reregister(source, token: 2, interest: .readable)
    }
    #expect(try poll.events().map(\.token) == [2])
    #expect(calls.count(.wait) == 2)
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test
  func `a poll without a wait reports ready sources while another source is deregistered`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    try poll.registry.register(source, token: 1, interest: .readable)
    try poll.registry.register(other, token: 2, interest: .readable)
    calls.set(101, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in try registry.deregister(source) }
    #expect(try poll.events(within: .zero).map(\.token) == [2])
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test
  func `a poll without a wait reports a source that is reregistered during the call`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in
      try registry.reregister(source, token: 2, interest: .readable)
    }
    #expect(try poll.events(within: .zero).map(\.token) == [2])
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test
  func `the remaining sources are still reported after most sources were deregistered`() throws {
    var poll = try makePoll()
    let sources = (0..<400).map { SharedSource(100 + Int32($0)) }
    for (index, source) in sources.enumerated() {
      try poll.registry.register(source, token: Token(UInt(index)), interest: .readable)
    }
    for (index, source) in sources.enumerated() where index % 7 != 0 {
      try poll.registry.deregister(source)
    }
    #expect(try poll.events(within: .zero).isEmpty)
    // The poller does not pass free places to the system.
    #expect(calls.waits.last.map { $0.entryCount < 150 } == true)
    calls.set(100 + 7 * 50, C_MIO_POLL_READABLE)
    #expect(try poll.events(within: .zero).map(\.token) == [350])
    for (index, source) in sources.enumerated() where index % 7 == 0 {
      try poll.registry.reregister(source, token: Token(UInt(index)), interest: .readable)
      try poll.registry.deregister(source)
    }
    #expect(try poll.events(within: .zero).isEmpty)
  }

  @Test
  func `a direction that is no longer of interest is not reported`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in
      try registry.reregister(source, token: 1, interest: .writable)
    }
    #expect(try poll.events().isEmpty)
  }

  @Test
  func `a result is not reported for a new source with the same descriptor number`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let calls = calls
    let source = source
    let owner = SharedSource(100)
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in
      try registry.deregister(source)
      calls.replaceFile(100)
      calls.set(100, 0)
      try registry.register(owner, token: 2, interest: .readable)
    }
    #expect(try poll.events().isEmpty)
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [2])
  }

  @Test
  func `results are not lost if other sources are deregistered during the wait`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let sources = (0..<5).map { SharedSource(100 + Int32($0)) }
    for (index, source) in sources.enumerated() {
      calls.set(100 + Int32(index), C_MIO_POLL_READABLE)
      try poll.registry.register(source, token: Token(UInt(index)), interest: .readable)
    }
    duringWait { () throws(IOError) in
      try registry.deregister(sources[0])
      try registry.deregister(sources[2])
    }
    var tokens = try poll.events().map(\.token)
    tokens += try poll.events().map(\.token)
    #expect(tokens.sorted() == [1, 3, 4])
  }

  @Test
  func `a registration during the wait makes the poller query the system again`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in
      try registry.register(source, token: 1, interest: .readable)
    }
    var events = try Events<FaultySelector>(capacity: 1)
    try poll.poll(into: &events)
    #expect(events.map(\.token) == [1])
    #expect(calls.count(.notify) == 1)
    #expect(calls.count(.drain) == 1)
  }

  @Test
  func `a read that would block during the wait makes the poller query reading again`() throws {
    var poll = try makePoll()
    let source = source
    try poll.registry.register(source, token: 1, interest: [.readable, .writable])
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [1])
    calls.duringWait { _ = source.withIO(.readable) { _ -> Int? in nil } }
    var events = try Events<FaultySelector>(capacity: 1)
    try poll.poll(into: &events)
    #expect(events.map(\.token) == [1])
    #expect(calls.count(.notify) == 1)
  }

  @Test
  func `changes signal the notifier only while the poller waits`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    #expect(try poll.events(within: .milliseconds(1)).isEmpty)
    try registry.register(source, token: 1, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [1])
    _ = source.withIO(.readable) { _ -> Int? in nil }
    calls.set(100, 0)
    try registry.reregister(source, token: 2, interest: .readable)
    try registry.deregister(source)
    #expect(try poll.events(within: .zero).isEmpty)
    let source = source
    duringWait { () throws(IOError) in
      try registry.register(source, token: 1, interest: .readable)
    }
    #expect(try poll.events(within: .zero).isEmpty)
    #expect(calls.count(.notify) == 0)
  }

  @Test
  func `a read that would block and changes nothing does not wake the poller`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let (source, other) = (source, other)
    try registry.register(source, token: 1, interest: .readable)
    try registry.register(other, token: 2, interest: .readable)
    try registry.deregister(other)
    duringWait { () throws(IOError) in
      _ = source.withIO(.readable) { _ -> Int? in nil }
      _ = other.withIO(.readable) { _ -> Int? in nil }
    }
    #expect(try poll.events(within: .seconds(1)).isEmpty)
    #expect(calls.count(.notify) == 0)
    #expect(failures.withLock { $0 }.isEmpty)
  }

  @Test
  func `a wake and a change that share one signal are both effective`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let waker = try poll.registry.makeWaker(token: 9)
    let source = source
    calls.set(100, C_MIO_POLL_READABLE)
    duringWait { () throws(IOError) in
      try waker.wake()
      try registry.register(source, token: 1, interest: .readable)
    }
    var tokens = try poll.events(within: .seconds(1)).map(\.token)
    tokens += try poll.events(within: .zero).map(\.token)
    #expect(tokens.sorted() == [1, 9])
  }
}
