import CMioThread

/// A value behind a lock, with a condition to wait for.
@safe
final class Monitored<Value>: @unchecked Sendable {
  // Safety of `@unchecked`: the value is used under the lock.

  private var value: Value
  private let monitor: OpaquePointer

  init(_ value: Value) {
    self.value = value
    guard let monitor = unsafe c_mio_monitor_create() else { fatalError("no memory") }
    unsafe self.monitor = monitor
  }

  deinit {
    unsafe c_mio_monitor_destroy(monitor)
  }

  /// Uses the value, and wakes the threads that wait for a change.
  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    unsafe c_mio_monitor_lock(monitor)
    defer {
      unsafe c_mio_monitor_broadcast(monitor)
      unsafe c_mio_monitor_unlock(monitor)
    }
    return try body(&value)
  }

  /// Calls `answer` after each change, until it returns a value or the timeout expires.
  func wait<Result>(
    for nanoseconds: UInt64, until answer: (inout Value) -> Result?
  ) -> Result? {
    unsafe c_mio_monitor_lock(monitor)
    defer { unsafe c_mio_monitor_unlock(monitor) }
    while true {
      if let found = answer(&value) { return found }
      if unsafe c_mio_monitor_wait(monitor, nanoseconds) == 0 { return answer(&value) }
    }
  }
}
