import Loom

/// The replacement for the condition variable of the locks.
package struct Condition: ~Copyable, @unchecked Sendable {
  private let condition = LoomCondition()

  package init() {}

  package borrowing func broadcast() { condition.broadcast() }

  package borrowing func wait(with lock: borrowing Lock, nanoseconds: UInt64) -> Bool {
    condition.wait(with: lock.lock)
  }
}
