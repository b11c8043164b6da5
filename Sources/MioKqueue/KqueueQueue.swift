import MioCore
import MioLock

/// The kqueue, which a selector shares with its duplicates and its wakers.
@safe
final class KqueueQueue<Calls: KqueueCalls>: @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is used under the lock, or by the poller only.

  let calls: Calls
  let descriptor: Int32
  private let process: Int64

  /// The lock that is held during every change, so that `registrations` agrees with the kernel.
  private let lock = Lock()
  private var registrations = KqueueRegistrations()

  /// The merger, which only the poller uses.
  var merger = RecordMerger()

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    descriptor = try IOError.check(calls.createQueue(), .createSelector)
    process = calls.process()
  }

  // `fork` does not pass the queue on, so in a child the number may belong to another file.
  deinit {
    if calls.process() == process { _ = calls.close(descriptor) }
  }

  func withLock<Result, Failure: Error>(
    _ body: (inout KqueueRegistrations) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try lock.withLock { () throws(Failure) in try body(&registrations) }
  }
}
