import CMioThread
public import MioCore

/// A thread that owns a loop, which may be noncopyable, and runs it.
///
///     let thread = LoopThread(loop, stop: try loop.makeStopWaker(), didEnd: waker) {
///       loop throws(IOError) in try loop.run()
///     }
///     …
///     let output = try thread.stop()
@safe
public final class LoopThread<Output: Sendable>: @unchecked Sendable {
  // Safety of `@unchecked`: only the owner of the object stops it. The body writes the outcome before the thread ends,
  // and the owner reads it after it has joined the thread.

  private let stopWaker: PollWaker
  private let body: LoopThreadBody<Output>
  private var handle: OpaquePointer?

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - loop: The loop that the thread owns from now on.
  ///   - stop: A waker of the loop, which ends it.
  ///   - didEnd: A waker with which the thread reports that the loop has ended.
  ///   - run: Runs the loop.
  public init<Loop: ~Copyable>(
    _ loop: consuming sending Loop, stop: PollWaker, didEnd: PollWaker,
    _ run: @escaping @Sendable (inout Loop) throws(IOError) -> Output
  ) {
    stopWaker = stop
    body = OwningBody(loop, didEnd, run)
    let context = unsafe Unmanaged<LoopThreadStart>.passRetained(body).toOpaque()
    let started = unsafe c_mio_thread_start(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<LoopThreadStart>.fromOpaque(context).takeRetainedValue().run()
      }, context)
    guard let started = unsafe started else { fail("the system starts no thread", status: 1) }
    unsafe handle = started
  }

  deinit {
    _ = try? stop()
  }

  /// Ends the loop, and waits for its thread.
  ///
  /// - Returns: The output of the loop; `nil` if the thread was already stopped.
  /// - Throws: ``IOError`` of the loop.
  @discardableResult
  public func stop() throws(IOError) -> Output? {
    guard let handle = unsafe handle else { return nil }
    try stopWaker.wake()
    unsafe self.handle = nil
    unsafe c_mio_thread_join(handle)
    return try body.outcome?.get()
  }
}

// MARK: - The bodies of threads

/// The part of a body that does not depend on its output, which the C function calls.
private class LoopThreadStart {
  func run() {}
}

/// The part of a body that does not depend on its loop, from which the owner takes the output.
private class LoopThreadBody<Output: Sendable>: LoopThreadStart {
  final var outcome: Result<Output, IOError>?
}

/// The body with its loop.
private final class OwningBody<Loop: ~Copyable, Output: Sendable>: LoopThreadBody<Output> {
  private var loop: Loop?
  private let didEnd: PollWaker
  private let body: @Sendable (inout Loop) throws(IOError) -> Output

  init(
    _ loop: consuming Loop, _ didEnd: PollWaker,
    _ body: @escaping @Sendable (inout Loop) throws(IOError) -> Output
  ) {
    self.loop = consume loop
    self.didEnd = didEnd
    self.body = body
  }

  override func run() {
    guard var loop = loop.take() else { return }
    do throws(IOError) {
      outcome = .success(try body(&loop))
    } catch {
      outcome = .failure(error)
    }
    try? didEnd.wake()
  }
}
