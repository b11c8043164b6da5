/// A lock.
///
/// The operations of one holder happen before the operations of the next holder.
public class LoomLock {
  private var isHeld = false
  private var handover = Handover()

  /// Creates a lock that nobody holds.
  public init() {}

  /// Waits until nobody holds the lock, and holds it.
  public final func acquire(
    _ name: StaticString, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    guard Loom.isRunning else { return isHeld = true }
    Loom.step(name, file: file, line: line)
    takeOver(name, file: file, line: line)
  }

  /// Acquires it without giving others a turn before.
  final func takeOver(_ name: StaticString, file: StaticString, line: UInt32) {
    if isHeld { _ = Loom.wait(name, file: file, line: line) { [self] in !isHeld } }
    isHeld = true
    handover.take()
  }

  /// Lets others hold it.
  public final func release() {
    isHeld = false
    handover.give()
  }
}
