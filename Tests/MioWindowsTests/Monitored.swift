import CMioThread

/// A value behind a lock with a condition variable.
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

  /// Uses the value, and wakes who waits for a change of it.
  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    unsafe c_mio_monitor_lock(monitor)
    defer {
      unsafe c_mio_monitor_broadcast(monitor)
      unsafe c_mio_monitor_unlock(monitor)
    }
    return try body(&value)
  }

  /// Asks again and again, after each change, until there is an answer, or the time is over.
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
