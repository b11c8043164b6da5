import CMioLock

/// A condition variable: threads that hold a lock wait until another thread has changed something.
@safe
package struct Condition: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: the handle never changes, and its object is thread-safe.

  private let condition: OpaquePointer

  package init() {
    guard let condition = unsafe c_mio_condition_create() else {
      preconditionFailure("no memory for a condition variable")
    }
    unsafe self.condition = condition
  }

  deinit {
    unsafe c_mio_condition_destroy(condition)
  }

  /// Wakes all waiting threads.
  ///
  /// The caller holds the lock.
  package borrowing func broadcast() {
    unsafe c_mio_condition_broadcast(condition)
  }

  /// Waits for a broadcast, but at most for eleven days.
  ///
  /// The caller holds the lock. The function releases it while it waits.
  ///
  /// - Returns: Whether something may have changed; `false` if the time has expired.
  package borrowing func wait(with lock: borrowing Lock, nanoseconds: UInt64) -> Bool {
    unsafe c_mio_condition_wait(condition, lock.lock, nanoseconds) != 0
  }
}
