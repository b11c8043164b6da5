import CMioThread

/// A system thread, for checks that need a second thread.
///
/// In a simulated program it is another program of the host. If the program does not join it, its
/// deinitializer does.
@safe
public final class TestThread: @unchecked Sendable {
  // Safety of `@unchecked`: the joining thread uses the handle under the monitor's lock.

  private let monitor = Monitor()
  private var handle: OpaquePointer?
  private let program: SimulatedTask?

  /// Starts a thread.
  public init(_ body: @escaping @Sendable () -> Void) {
    program = SimulatedTask.current?.startSibling(body)
    if program != nil { return }
    let context = unsafe Unmanaged.passRetained(Body(run: body)).toOpaque()
    let handle = unsafe c_mio_thread_start(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
      }, context)
    guard let handle = unsafe handle else { fatalError("TestThread: the system starts no thread") }
    unsafe self.handle = handle
  }

  deinit {
    join()
  }

  /// Waits until the thread has ended.
  public func join() {
    if let program { return program.join() }
    let joined = unsafe monitor.withLock { () -> OpaquePointer? in
      defer { unsafe handle = nil }
      return unsafe handle
    }
    if let joined = unsafe joined { unsafe c_mio_thread_join(joined) }
  }

  /// Runs a function on several threads at the same time, and waits until all of them have ended.
  public static func run(count: Int, _ body: @escaping @Sendable () -> Void) {
    let threads = (0..<count).map { _ in TestThread(body) }
    for thread in threads { thread.join() }
  }
}

private final class Body {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
