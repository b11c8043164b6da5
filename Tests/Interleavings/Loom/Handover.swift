/// A happens-before edge between threads, as locks create it.
///
/// System calls create one as well where a selector relies on it.
public struct Handover {
  private var execution = 0
  private var clock = VectorClock()

  /// Creates a handover without any operations.
  public init() {}

  /// Releases all operations of the thread up to this call.
  public mutating func give() {
    guard Loom.isRunning else { return }
    if execution != scheduler.execution {
      execution = scheduler.execution
      clock = VectorClock()
    }
    clock.formUnion(scheduler.clock)
    // Later operations are not part of the handover.
    _ = scheduler.tick()
  }

  /// Acquires the released operations.
  public func take() {
    guard Loom.isRunning, execution == scheduler.execution else { return }
    scheduler.clock.formUnion(clock)
  }
}
