import MioLock

/// A value behind a lock, with a condition to wait for.
final class Monitored<Value>: @unchecked Sendable {
  // Safety of `@unchecked`: the value is used under the lock.

  private var value: Value
  private let lock = Lock()
  private let condition = Condition()

  init(_ value: Value) {
    self.value = value
  }

  /// Uses the value, and wakes the threads that wait for a change.
  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock {
      defer { condition.broadcast() }
      return try body(&value)
    }
  }

  /// Calls `answer` after each change, until it returns a value or the timeout expires.
  func wait<Result>(
    for nanoseconds: UInt64, until answer: (inout Value) -> Result?
  ) -> Result? {
    lock.withLock {
      while true {
        if let found = answer(&value) { return found }
        if !condition.wait(with: lock, nanoseconds: nanoseconds) { return answer(&value) }
      }
    }
  }
}
