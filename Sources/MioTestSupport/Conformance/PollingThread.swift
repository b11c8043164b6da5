/// A polling thread, as other threads see it.
///
/// The conformance checks act while the thread waits in a poll. A property is `nil` if the system
/// does not support it.
public struct PollingThread: Sendable {
  /// A way to interrupt a wait from another thread, as a signal does.
  public struct Interruption: Sendable {
    let interrupt: @Sendable () -> Void
    let count: @Sendable () -> Int

    /// Describes a way to interrupt.
    ///
    /// - Parameters:
    ///   - interrupt: Interrupts the current wait or the next one. It may do nothing if the thread
    ///     does not wait.
    ///   - count: Returns the number of waits that have been interrupted so far.
    public init(
      interrupt: @escaping @Sendable () -> Void, count: @escaping @Sendable () -> Int
    ) {
      self.interrupt = interrupt
      self.count = count
    }
  }

  let isWaiting: (@Sendable () -> Bool)?
  let interruption: Interruption?

  /// Describes a thread.
  ///
  /// - Parameters:
  ///   - isWaiting: Returns whether the thread currently sleeps in its selector's wait.
  ///   - interruption: A way to interrupt the thread.
  public init(isWaiting: (@Sendable () -> Bool)? = nil, interruption: Interruption? = nil) {
    self.isWaiting = isWaiting
    self.interruption = interruption
  }

  /// Blocks the calling thread until this thread waits.
  ///
  /// If the system cannot report this, the function pauses for a time that grows with each round.
  /// In most rounds, but not necessarily in all, the thread then waits.
  ///
  /// - Returns: Whether the thread waits. The result is `true` if the system cannot report it.
  func awaitWait(round: Int) -> Bool {
    if let isWaiting { return waitUntil(isWaiting) }
    pauseThread(for: .milliseconds(1 << min(round, 5)))
    return true
  }
}
