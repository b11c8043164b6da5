import CMioThread

/// A lock with a condition, which the thread sanitizer understands.
@safe
final class Monitor: @unchecked Sendable {
  // Safety of `@unchecked`: the handle never changes, and what it stands for is made for threads.

  private let handle: OpaquePointer

  init() {
    guard let handle = unsafe c_mio_monitor_create() else { fatalError("Monitor: out of memory") }
    unsafe self.handle = handle
  }

  deinit {
    unsafe c_mio_monitor_destroy(handle)
  }

  func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe c_mio_monitor_lock(handle)
    defer { unsafe c_mio_monitor_unlock(handle) }
    return try body()
  }

  /// Wakes the threads that wait.
  ///
  /// The lock is held.
  func broadcast() {
    unsafe c_mio_monitor_broadcast(handle)
  }

  /// Waits for a broadcast.
  ///
  /// The lock is held before and after, but not meanwhile.
  ///
  /// - Returns: Whether something may have changed; `false` when the time was over.
  func wait(for duration: Duration) -> Bool {
    // A year is for ever, and what the system's clocks can add up.
    let time = min(max(duration, .zero), .seconds(365 * 24 * 60 * 60))
    let (seconds, attoseconds) = time.components
    let nanoseconds = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    return unsafe c_mio_monitor_wait(handle, nanoseconds) != 0
  }
}
