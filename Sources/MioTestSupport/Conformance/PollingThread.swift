/// A thread that polls, as other threads see it.
///
/// The conformance checks act at the moment when it waits. What a system cannot tell or do is `nil`.
public struct PollingThread: Sendable {
  /// How other threads interrupt a wait, as a signal does.
  public struct Interruption: Sendable {
    let interrupt: @Sendable () -> Void
    let count: @Sendable () -> Int

    /// Describes a way to interrupt.
    ///
    /// - Parameters:
    ///   - interrupt: Interrupts the wait that is under way, or the next; may do nothing if there is none.
    ///   - count: How many interruptions have met a wait so far.
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
  ///   - isWaiting: Whether the thread sleeps, at this moment, in its selector's wait.
  ///   - interruption: How to interrupt it.
  public init(isWaiting: (@Sendable () -> Bool)? = nil, interruption: Interruption? = nil) {
    self.isWaiting = isWaiting
    self.interruption = interruption
  }

  /// Waits, on another thread, until this one waits.
  ///
  /// Where nobody can tell, it gives the thread a time that grows from round to round: then most rounds,
  /// but not surely all, meet a wait that is under way.
  ///
  /// - Returns: Whether it waits, as far as one can tell.
  func awaitWait(round: Int) -> Bool {
    if let isWaiting { return waitUntil(isWaiting) }
    pauseThread(for: .milliseconds(1 << min(round, 5)))
    return true
  }
}
