import CMioThread

/// A thread of the system, for checks that need a second one.
///
/// It is joined at the latest when the value goes out of scope.
@safe
public struct TestThread: ~Copyable {
  private var handle: OpaquePointer?

  /// Starts a thread.
  public init(_ body: @escaping @Sendable () -> Void) {
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
    if let handle = unsafe handle { unsafe c_mio_thread_join(handle) }
  }

  /// Waits until the thread has ended.
  public consuming func join() {
    if let handle = unsafe handle { unsafe c_mio_thread_join(handle) }
    unsafe handle = nil
  }
}

private final class Body {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}
