import Synchronization

/// A value behind a lock that the thread sanitizer supports.
public final class Locked<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  /// Creates a locked value.
  public init(_ value: Value) {
    mutex = Mutex(value)
  }

  /// Calls `body` with the value while it holds the lock.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try mutex.withLock { value in try body(&value) }
  }
}
