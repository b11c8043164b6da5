import Glibc
import MioCore
import MioEpoll
import MioNet
import TestHelpers
import Testing

/// Two threads that change the registration of one source.
///
/// The second change begins while the first thread is in a system call.
/// `scripts/check-interleavings` explores all schedules of the threads. These tests cover the
/// schedules that have a name.
@Suite(.guardingDescriptors)
struct EpollOvertakingTests {
  private let calls = ScriptedEpollCalls()
  private let source: ReadableStream
  /// The kind of error of the second thread; `nil` if its operation succeeded.
  private let answers = Locked<[IOError.Kind?]>([])

  init() throws {
    source = try ReadableStream()
  }

  private func makePoll() throws -> Poll<EpollBackend<ScriptedEpollCalls>> {
    Poll(try EpollBackend(calls: calls))
  }

  /// Returns an action that performs the operation of the second thread and stores its result.
  private func second(
    _ operation: @escaping @Sendable () throws(IOError) -> Void
  ) -> @Sendable () -> Void {
    let answers = answers
    return { answers.keepError(operation) }
  }

  private func expect(_ expected: IOError.Kind?..., location: SourceLocation = #_sourceLocation) {
    #expect(answers.withLock { $0 } == expected, sourceLocation: location)
  }

  /// Expects that the system and the source agree whether the source is registered.
  private func expectRegistered(
    _ isRegistered: Bool, in poll: inout Poll<EpollBackend<ScriptedEpollCalls>>
  ) throws {
    #expect(try poll.events().map(\.token) == (isRegistered ? [1] : []))
    if isRegistered { try poll.registry.deregister(source) }
    try poll.registry.register(source, token: 2, interest: .readable)
    #expect(try poll.events().map(\.token) == [2])
  }

  @Test
  func `a source can be deregistered before the call that registers it has returned`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    calls.after(.control, do: second { () throws(IOError) in try registry.deregister(source) })
    try poll.registry.register(source, token: 1, interest: .readable)
    expect(nil)
    try expectRegistered(false, in: &poll)
  }

  @Test
  func `a source can be reregistered before the call that registers it has returned`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    calls.after(
      .control,
      do: second { () throws(IOError) in
        try registry.reregister(source, token: 1, interest: .readable)
      })
    try poll.registry.register(source, token: 9, interest: .readable)
    expect(nil)
    try expectRegistered(true, in: &poll)
  }

  @Test
  func `a source cannot be deregistered before the system has registered it`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    calls.before(.control, do: second { () throws(IOError) in try registry.deregister(source) })
    try poll.registry.register(source, token: 1, interest: .readable)
    expect(.notRegistered)
    try expectRegistered(true, in: &poll)
  }

  @Test
  func `if a registration fails, a concurrent deregistration fails with notRegistered`() throws {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    calls.fail(.control, with: ENOMEM)
    calls.before(.control, do: second { () throws(IOError) in try registry.deregister(source) })
    expectError(.outOfMemory) { () throws(IOError) in
      try poll.registry.register(source, token: 1, interest: .readable)
    }
    expect(.notRegistered)
    try expectRegistered(false, in: &poll)
  }

  @Test
  func `a registration may fail while another thread is deregistering the source`() throws {
    var poll = try makePoll()
    let source = source
    let registry = try poll.registry.duplicate()
    // The second thread asks the system. Before the system answers, the operation of the first
    // thread fails.
    let second = second { () throws(IOError) in try registry.deregister(source) }
    let worker = Locked<Worker?>(nil)
    let hasAsked = Locked(false)
    let hasFailed = Locked(false)
    let calls = calls
    calls.fail(.control, with: ENOMEM)
    calls.before(.control) {
      calls.before(.control) {
        hasAsked.withLock { $0 = true }
        while !hasFailed.withLock({ $0 }) { sched_yield() }
      }
      worker.withLock { $0 = Worker { second() } }
      while !hasAsked.withLock({ $0 }) { sched_yield() }
    }
    expectError(.outOfMemory) { () throws(IOError) in
      try poll.registry.register(source, token: 1, interest: .readable)
    }
    hasFailed.withLock { $0 = true }
    try worker.withLock { $0 }?.join()
    expect(.notRegistered)
    try expectRegistered(false, in: &poll)
  }

  @Test
  func `a source that another thread is deregistering can be neither registered nor deregistered`()
    throws
  {
    var poll = try makePoll()
    let registry = try poll.registry.duplicate()
    let source = source
    try poll.registry.register(source, token: 1, interest: .readable)
    let register = second { () throws(IOError) in
      try registry.register(source, token: 3, interest: .readable)
    }
    let deregister = second { () throws(IOError) in try registry.deregister(source) }
    calls.before(.control) {
      register()
      deregister()
    }
    calls.after(.control) {
      register()
      deregister()
    }
    try poll.registry.deregister(source)
    expect(.alreadyRegistered, .notRegistered, .alreadyRegistered, .notRegistered)
    try expectRegistered(false, in: &poll)
  }

  @Test
  func `a deregistration that fails leaves the source registered`() throws {
    var poll = try makePoll()
    try poll.registry.register(source, token: 1, interest: .readable)
    calls.fail(.control, with: ENOMEM)
    expectError(.outOfMemory) { () throws(IOError) in try poll.registry.deregister(source) }
    try expectRegistered(true, in: &poll)
  }
}

/// A stream with unread data, which several threads share.
private final class ReadableStream: DescriptorSource, Sendable {
  private let pair: ConnectedPair<UnixStream>

  init() throws {
    let pair = try UnixStream.pair()
    _ = try pair.second.write([1].span)
    self.pair = pair
  }

  func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try pair.first.withRegistration(body)
  }
}
