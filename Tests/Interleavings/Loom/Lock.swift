/// A lock: operations in one critical section happen before operations in the next one.
public final class LoomLock {
  private var isHeld = false
  private var handover = Handover()

  /// Creates a free lock.
  public init() {}

  /// Waits until the lock is free, and acquires it.
  public func acquire(
    _ name: StaticString, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    guard Loom.isRunning else { return isHeld = true }
    Loom.step(name, file: file, line: line)
    takeOver(name, file: file, line: line)
  }

  /// Acquires the lock without letting other threads run first.
  func takeOver(_ name: StaticString, file: StaticString, line: UInt32) {
    if isHeld { _ = Loom.wait(name, file: file, line: line) { [self] in !isHeld } }
    isHeld = true
    handover.take()
  }

  /// Releases the lock.
  public func release() {
    isHeld = false
    handover.give()
  }
}
