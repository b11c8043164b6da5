public import MioCore
import MioSignals

/// An actor whose thread waits in `poll` when no task can continue.
///
/// Tasks on the loop wait for the readiness of sources:
///
///     let token = try watch(stream)
///     defer { forget(token) }
///     while try stream.read(into: &bytes) == nil { try await readable(token) }
///
/// Events are edges: repeat an operation until it would block, and only then wait.
public actor EventLoop<S: Selector & ~Copyable> {
  /// The executor of all tasks of the loop.
  public nonisolated let executor: LoopExecutor

  private var poll: Poll<S>
  private var events: Events<S>
  private var mailbox: Mailbox<ExecutorJob>
  private var sources: [Token: SourceReadiness] = [:]
  private var deadlines = DeadlineQueue()
  private var lastToken = EventLoop.mailboxToken
  private var lastWaiter = 0
  private var hasEnded = false

  private static var mailboxToken: Token { 0 }

  /// Makes the loop an actor on its own executor.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Creates a loop with a poll of its own.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  public init() throws(IOError) {
    let poll = try Poll<S>()
    let mailbox = try Mailbox<ExecutorJob>(reportingTo: poll.registry, token: Self.mailboxToken)
    events = try Events(capacity: 256)
    executor = LoopExecutor(mailbox.sender)
    self.poll = poll
    self.mailbox = mailbox
  }
}

// MARK: - Running

extension EventLoop where S: ~Copyable {
  /// Runs a task, and the tasks that it starts on the loop, on the calling thread.
  ///
  /// It returns when `body` has returned. So `body` should wait for the tasks that it starts, as a
  /// task group does. Tasks that have not ended by then continue in the next run. If the poll
  /// fails, all waits are cancelled. The tasks then run until they end or wait for another
  /// executor.
  ///
  /// - Parameter body: The body of the task.
  /// - Precondition: The loop does not run.
  /// - Throws: ``IOError`` of the poll.
  public nonisolated func run(_ body: @escaping @Sendable () async -> Void) throws {
    executor.useCurrentThread()
    defer { executor.leaveCurrentThread() }
    assumeIsolated { loop in loop.hasEnded = false }
    Task(executorPreference: executor) {
      await body()
      await self.end()
    }
    do {
      while try assumeIsolated({ loop in try loop.turn() }) { executor.runJobs() }
    } catch {
      // A task that is never resumed would never release the values that it owns.
      assumeIsolated { loop in loop.cancelWaits() }
      while executor.hasJobs { executor.runJobs() }
      throw error
    }
  }

  private func end() {
    hasEnded = true
  }

  private func cancelWaits() {
    hasEnded = true
    for source in sources.values { source.cancel() }
    sources = [:]
  }

  /// Waits for events unless there are jobs, and delivers the events.
  ///
  /// - Returns: Whether the loop continues.
  private func turn() throws(IOError) -> Bool {
    if hasEnded { return false }
    try poll.poll(into: &events, until: executor.hasJobs ? poll.now : deadlines.first)
    for event in events {
      if event.token == Self.mailboxToken {
        while let job = mailbox.receive() { executor.enqueue(job) }
      } else {
        deliver(event)
      }
    }
    if deadlines.first != .never {
      while let token = deadlines.popFirst(dueBy: poll.now) {
        deliver(Event(token: token, readiness: .readable))
      }
    }
    return true
  }

  private func deliver(_ event: Event) {
    if event.isReadable { sources[event.token]?[.readable].deliver() }
    if event.isWritable { sources[event.token]?[.writable].deliver() }
  }
}

// MARK: - Sources

extension EventLoop where S: ~Copyable {
  /// Registers a source.
  ///
  /// - Returns: The token that tasks wait with.
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  public func watch<Base: Source & ~Copyable>(
    _ source: borrowing Base, for interest: Interest = [.readable, .writable]
  ) throws(IOError) -> Token {
    let token = makeToken()
    do throws(IOError) {
      try poll.registry.register(source, token: token, interest: interest)
    } catch {
      forget(token)
      throw error
    }
    return token
  }

  /// Forgets a source.
  ///
  /// Its registration ends when the source is closed.
  public func forget(_ token: Token) {
    sources.removeValue(forKey: token)?.cancel()
    deadlines[token] = nil
  }

  // Tokens are never reused, so an old event of a closed source does not reach another source.
  private func makeToken() -> Token {
    lastToken = Token(lastToken.rawValue + 1)
    sources[lastToken] = SourceReadiness()
    return lastToken
  }
}

// MARK: - Waiting

extension EventLoop where S: ~Copyable {
  /// Waits until a source may be readable.
  ///
  /// It returns at once if an edge has arrived since the last call.
  ///
  /// - Throws: `CancellationError` if the task is cancelled.
  public func readable(_ token: Token) async throws(CancellationError) {
    try await wait(for: .readable, of: token)
  }

  /// Waits until a source may be writable, as ``readable(_:)``.
  ///
  /// - Throws: `CancellationError` if the task is cancelled.
  public func writable(_ token: Token) async throws(CancellationError) {
    try await wait(for: .writable, of: token)
  }

  /// Waits for some time, without a thread or a timer of the system.
  ///
  /// - Throws: `CancellationError` if the task is cancelled.
  public func sleep(for duration: Duration) async throws(CancellationError) {
    let token = makeToken()
    defer { forget(token) }
    deadlines[token] = poll.now.advanced(by: duration)
    try await readable(token)
  }

  /// Waits for SIGINT or SIGTERM.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left, `CancellationError` if the task is
  ///   cancelled.
  public func termination() async throws {
    let signals = try SignalSource([.interrupt, .terminate])
    let token = try watch(signals, for: .readable)
    defer { forget(token) }
    while try signals.receive() == nil { try await readable(token) }
  }

  private func wait(
    for direction: Direction, of token: Token
  ) async throws(CancellationError) {
    if sources[token]?[direction].takeEdge() == true { return }
    lastWaiter += 1
    let waiter = lastWaiter
    let isReady = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled || hasEnded || sources[token] == nil {
          continuation.resume(returning: false)
        } else {
          sources[token]?[direction].wait(waiter, continuation)
        }
      }
    } onCancel: {
      // Any thread may cancel a task. The job runs on the loop, after the waiter was stored.
      Task(executorPreference: executor) { await self.cancel(waiter, direction, token) }
    }
    if !isReady { throw CancellationError() }
  }

  private func cancel(_ waiter: Int, _ direction: Direction, _ token: Token) {
    sources[token]?[direction].cancel(waiter)
  }
}
