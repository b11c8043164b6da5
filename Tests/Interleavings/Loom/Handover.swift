/// The operations of one thread that another thread takes over.
///
/// Locks hand them over. System calls do so as well where a selector relies on it.
public struct Handover {
  private var execution = 0
  private var clock = VectorClock()

  /// Creates one that hands nothing over yet.
  public init() {}

  /// Hands over all that the thread has done up to now.
  public mutating func give() {
    guard Loom.isRunning else { return }
    if execution != scheduler.execution {
      execution = scheduler.execution
      clock = VectorClock()
    }
    clock.formUnion(scheduler.clock)
    // What comes after is not part of it.
    _ = scheduler.tick()
  }

  /// Takes over what was handed over.
  public func take() {
    guard Loom.isRunning, execution == scheduler.execution else { return }
    scheduler.clock.formUnion(clock)
  }
}
