import CMioThread

/// A lock with a condition variable that the thread sanitizer supports.
@safe
final class Monitor: @unchecked Sendable {
  // Safety of `@unchecked`: the handle never changes, and its object is thread-safe.

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

  /// Wakes all waiting threads.
  ///
  /// The caller holds the lock.
  func broadcast() {
    unsafe c_mio_monitor_broadcast(handle)
  }

  /// Waits for a broadcast.
  ///
  /// The caller holds the lock. The function releases it while it waits.
  ///
  /// - Returns: Whether something may have changed; `false` if the time has expired.
  func wait(for duration: Duration) -> Bool {
    // The system's clocks can add a year without an overflow, and no test waits longer.
    let time = min(max(duration, .zero), .seconds(365 * 24 * 60 * 60))
    let (seconds, attoseconds) = time.components
    let nanoseconds = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    return unsafe c_mio_monitor_wait(handle, nanoseconds) != 0
  }
}
