public import MioCore

/// The kernel of a ``MockSelector`` and of its duplicates, which a test inspects and controls.
///
/// Get it from the selector (``MockSelector/queue``) or from a poll
/// (`poll.registry.selector.queue`), and keep it.
///
/// Time is virtual: a wait with a timeout takes no real time. The clock jumps to the next scheduled
/// action and runs it, or jumps to the deadline. A wait without a timeout waits for another thread,
/// but no longer than ``patience``.
public final class MockQueue: @unchecked Sendable {
  // Safety of `@unchecked`: all state is used under the lock of the monitor.

  /// The registrations, in the order in which a wait examines them.
  ///
  /// A reported registration moves to the end.
  var entries: [MockEntry] = []
  var scripted: [Event] = []
  var failures: [MockFailure] = []
  var actions: [MockAction] = []
  var isSignaled = false

  /// The lock of the queue, and the condition that its poller waits for.
  let monitor = Monitor()

  private var recordedCalls: [MockCall] = []
  private var clock = Instant(nanoseconds: 1_000_000_000)
  private var longestRealWait = Duration.seconds(10)
  private var failuresSoFar = 0
  private var isWaitingForThreads = false

  init() {}
}

// MARK: - State that a test inspects

extension MockQueue {
  /// All calls so far, oldest first.
  public var calls: [MockCall] {
    monitor.withLock { recordedCalls }
  }

  /// The current virtual time.
  public var now: Instant {
    monitor.withLock { clock }
  }

  /// The number of registered sources.
  public var registrationCount: Int {
    monitor.withLock { entries.count }
  }

  /// The tokens of edge-triggered sources that were reported, are still ready, and were not
  /// drained.
  ///
  /// Code that waits while one of its sources is among them may wait indefinitely on some systems.
  /// After an event, repeat the operation until it would block.
  public var undrainedTokens: [Token] {
    monitor.withLock { entries.filter(\.isUndrained).map(\.token) }
  }

  /// The number of operations that have failed because the test requested it.
  public var failureCount: Int {
    monitor.withLock { failuresSoFar }
  }

  /// Whether a wait without a timeout is in progress and waits for another thread.
  public var isWaiting: Bool {
    monitor.withLock { isWaitingForThreads }
  }

  func record(_ call: MockCall) {
    recordedCalls.append(call)
  }
}

// MARK: - Controls for a test

extension MockQueue {
  /// Makes the next wait report these events, independently of the registrations.
  public func deliver(_ events: Event...) {
    monitor.withLock {
      scripted += events
      monitor.broadcast()
    }
  }

  /// Makes an operation fail.
  ///
  /// A failed wait takes one millisecond of virtual time.
  ///
  /// - Parameters:
  ///   - operation: The operation. `.poll` is a wait, and `.wake` is a signal.
  ///   - kind: The kind of the error.
  ///   - code: The code of the error.
  ///   - times: The number of failures before the operation succeeds again.
  public func fail(
    _ operation: IOError.Operation, with kind: IOError.Kind, code: Int32 = 0, times: Int = 1
  ) {
    monitor.withLock {
      let error = IOError(kind, operation: operation, code: code)
      if failures.last?.error == error {
        failures[failures.count - 1].left += times
      } else {
        failures.append(MockFailure(error: error, left: times))
      }
      monitor.broadcast()
    }
  }

  /// Schedules an action at a time from now.
  ///
  /// It runs inside the wait that reaches this time.
  public func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
    monitor.withLock {
      actions.append(MockAction(time: clock.advanced(by: delay), run: action))
      // The sort is stable, so that actions with the same time run in the order in which they were
      // scheduled.
      actions.sort { $0.time < $1.time }
      monitor.broadcast()
    }
  }

  /// Advances the virtual time without a wait.
  ///
  /// The next wait runs the actions that are due.
  public func advance(by duration: Duration) {
    monitor.withLock { clock = clock.advanced(by: duration) }
  }

  /// The real time after which a wait without a timeout throws `.timedOut`.
  ///
  /// The default is ten seconds. With zero or less, such a wait does not wait for other threads.
  public var patience: Duration {
    get { monitor.withLock { longestRealWait } }
    set { monitor.withLock { longestRealWait = newValue } }
  }
}

/// An error that an operation must throw, and the remaining number of failures.
struct MockFailure {
  let error: IOError
  var left: Int
}

/// An action that runs at a virtual time.
struct MockAction {
  let time: Instant
  let run: @Sendable () -> Void
}

// MARK: - Functions of the selector, under the lock

extension MockQueue {
  /// Takes the error that the test requested for this operation, if there is one.
  func takeFailure(of operation: IOError.Operation) -> IOError? {
    guard let index = failures.firstIndex(where: { $0.error.operation == operation }) else {
      return nil
    }
    failuresSoFar += 1
    failures[index].left -= 1
    let error = failures[index].error
    if failures[index].left <= 0 { failures.remove(at: index) }
    return error
  }

  func throwFailure(of operation: IOError.Operation) throws(IOError) {
    if let error = takeFailure(of: operation) { throw error }
  }

  /// Advances the clock to this time, unless it is later already.
  func pass(to time: Instant) {
    if clock < time { clock = time }
  }

  var lockedNow: Instant { clock }

  /// Waits until another thread changes this queue or another one.
  ///
  /// - Parameter start: The time when the wait began. The patience is measured from it.
  /// - Returns: `false` if the patience has ended.
  func waitForThreads(since start: ContinuousClock.Instant) -> Bool {
    isWaitingForThreads = true
    defer { isWaitingForThreads = false }
    return monitor.wait(for: longestRealWait - start.duration(to: .now))
  }
}

// MARK: - Notifications of files

extension MockQueue {
  /// Adds a registration of a file.
  ///
  /// The caller holds the lock of the file.
  func add(_ entry: MockEntry) throws(IOError) {
    try monitor.withLock { () throws(IOError) in
      if entries.contains(where: { $0.file === entry.file }) {
        throw IOError(.alreadyRegistered, operation: .register)
      }
      entries.append(entry)
      monitor.broadcast()
    }
  }

  /// Stores the readiness that a file reports.
  ///
  /// The caller holds the lock of the file.
  func update(_ file: MockFile, _ readiness: Event.Readiness, hasInput: Bool) {
    monitor.withLock {
      for index in entries.indices where entries[index].file === file {
        entries[index].readiness = readiness
        entries[index].hasInput = hasInput
      }
      monitor.broadcast()
    }
  }
}
