import MioLock

/// A lock with a condition variable.
final class Monitor: Sendable {
  private let lock = Lock()
  private let condition = Condition()

  func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try lock.withLock(body)
  }

  /// Wakes all waiting threads.
  ///
  /// The caller holds the lock.
  func broadcast() {
    condition.broadcast()
  }

  /// Waits for a broadcast.
  ///
  /// The caller holds the lock. The function releases it while it waits.
  ///
  /// - Returns: Whether something may have changed; `false` if the time has expired.
  func wait(for duration: Duration) -> Bool {
    // The clock of every system can add a year without an overflow, and no test waits longer.
    let time = min(max(duration, .zero), .seconds(365 * 24 * 60 * 60))
    let (seconds, attoseconds) = time.components
    let nanoseconds = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    return condition.wait(with: lock, nanoseconds: nanoseconds)
  }
}
