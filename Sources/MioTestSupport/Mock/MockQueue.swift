public import MioCore

/// The kernel of a ``MockSelector`` and of its duplicates: what a test looks at, and turns.
///
/// Get it from the selector (``MockSelector/queue``) or from a poll
/// (`poll.registry.selector.queue`), and keep it.
///
/// Time is virtual: a wait for a limited time takes none. Scheduled actions run when their time has
/// come, and otherwise the clock jumps to the deadline. A wait for ever waits for another thread, but no
/// longer than ``patience``.
public final class MockQueue: @unchecked Sendable {
  // Safety of `@unchecked`: all state is used under the monitor's lock.

  /// The registrations, in the order in which they are looked at: who was reported goes to the end.
  var entries: [MockEntry] = []
  var scripted: [Event] = []
  var failures: [MockFailure] = []
  var actions: [MockAction] = []
  var isSignaled = false

  private var recordedCalls: [MockCall] = []
  private var clock = Instant(nanoseconds: 1_000_000_000)
  private var longestRealWait = Duration.seconds(10)
  private var failuresSoFar = 0
  private var isWaitingForThreads = false

  init() {}
}

// MARK: - What a test looks at

extension MockQueue {
  /// All calls so far, oldest first.
  public var calls: [MockCall] {
    mockMonitor.withLock { recordedCalls }
  }

  /// The virtual time.
  public var now: Instant {
    mockMonitor.withLock { clock }
  }

  /// How many sources are registered.
  public var registrationCount: Int {
    mockMonitor.withLock { entries.count }
  }

  /// The tokens of edge-triggered sources that were reported, are still ready, and were not drained.
  ///
  /// Code that waits while its own sources are among them may wait for ever on some systems: after an
  /// event, operate until would-block.
  public var undrainedTokens: [Token] {
    mockMonitor.withLock { entries.filter(\.isUndrained).map(\.token) }
  }

  /// How many operations have failed because a test wanted it.
  public var failureCount: Int {
    mockMonitor.withLock { failuresSoFar }
  }

  /// Whether a wait for ever is under way, and waits for another thread.
  public var isWaiting: Bool {
    mockMonitor.withLock { isWaitingForThreads }
  }

  func record(_ call: MockCall) {
    recordedCalls.append(call)
  }
}

// MARK: - What a test turns

extension MockQueue {
  /// Has the next wait report events, whatever is registered.
  public func deliver(_ events: Event...) {
    mockMonitor.withLock {
      scripted += events
      mockMonitor.broadcast()
    }
  }

  /// Makes an operation fail.
  ///
  /// A wait that fails takes a millisecond of virtual time.
  ///
  /// - Parameters:
  ///   - operation: The operation, `.poll` for a wait and `.wake` for a signal among them.
  ///   - kind: The error's kind.
  ///   - code: The error's code.
  ///   - times: How often it fails before it works again.
  public func fail(
    _ operation: IOError.Operation, with kind: IOError.Kind, code: Int32 = 0, times: Int = 1
  ) {
    mockMonitor.withLock {
      let error = IOError(kind, operation: operation, code: code)
      if failures.last?.error == error {
        failures[failures.count - 1].left += times
      } else {
        failures.append(MockFailure(error: error, left: times))
      }
      mockMonitor.broadcast()
    }
  }

  /// Runs an action at a virtual time from now, inside the wait that lasts that long.
  public func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
    mockMonitor.withLock {
      actions.append(MockAction(time: clock.advanced(by: delay), run: action))
      // Stable, so that actions of one time run in the order in which they were scheduled.
      actions.sort { $0.time < $1.time }
      mockMonitor.broadcast()
    }
  }

  /// Lets virtual time pass without a wait.
  ///
  /// Actions run in the wait that comes next.
  public func advance(by duration: Duration) {
    mockMonitor.withLock { clock = clock.advanced(by: duration) }
  }

  /// How long, in real time, a wait for ever waits before it throws `.timedOut`.
  ///
  /// Ten seconds. Zero and less wait for nobody.
  public var patience: Duration {
    get { mockMonitor.withLock { longestRealWait } }
    set { mockMonitor.withLock { longestRealWait = newValue } }
  }
}

/// An error that an operation shall throw, and how often.
struct MockFailure {
  let error: IOError
  var left: Int
}

/// Something that happens at a virtual time.
struct MockAction {
  let time: Instant
  let run: @Sendable () -> Void
}

// MARK: - What the selector does, under the lock

extension MockQueue {
  /// The error that the test wants for this operation, if any.
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

  /// Moves the clock on.
  func pass(to time: Instant) {
    if clock < time { clock = time }
  }

  var lockedNow: Instant { clock }

  /// Waits for another thread to change something, of this queue or of another.
  ///
  /// - Parameter start: When the wait began, from which patience counts.
  /// - Returns: `false` when the patience is over.
  func waitForThreads(since start: ContinuousClock.Instant) -> Bool {
    isWaitingForThreads = true
    defer { isWaitingForThreads = false }
    return mockMonitor.wait(for: longestRealWait - start.duration(to: .now))
  }
}
