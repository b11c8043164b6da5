import MioTestSupport

/// A thread whose error is thrown to the test that joins it.
public final class Worker: Sendable {
  private let failure: Locked<(any Error)?>
  private let thread: TestThread

  /// Starts a thread.
  public init(_ body: @escaping @Sendable () throws -> Void) {
    let failure = Locked<(any Error)?>(nil)
    self.failure = failure
    thread = TestThread {
      do {
        try body()
      } catch {
        failure.withLock { $0 = error }
      }
    }
  }

  /// Waits until the thread has ended.
  ///
  /// - Throws: The error that the thread threw.
  public func join() throws {
    thread.join()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
