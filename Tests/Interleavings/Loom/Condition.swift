/// A condition variable.
public final class LoomCondition {
  private var broadcasts = 0

  /// Creates a condition variable for which no thread waits.
  public init() {}

  /// Wakes all waiting threads.
  public func broadcast() { broadcasts += 1 }

  /// Releases the lock, waits for a broadcast and acquires the lock again.
  ///
  /// - Returns: Whether there was a broadcast; if not, there will never be one.
  public func wait(
    with lock: LoomLock, file: StaticString = #fileID, line: UInt32 = #line
  ) -> Bool {
    guard Loom.isRunning else { return false }
    let mark = broadcasts
    lock.release()
    let isWoken = Loom.wait("condition", mayGiveUp: true, file: file, line: line) { [self] in
      broadcasts > mark
    }
    lock.takeOver("lock", file: file, line: line)
    return isWoken
  }
}
