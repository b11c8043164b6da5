import MioCore
import MioLock

/// The kqueue itself, shared by a selector, its duplicates and its wakers.
@safe
final class KqueueQueue<Calls: KqueueCalls>: @unchecked Sendable {
  // Safety of `@unchecked`: what is mutable is used under the lock, or by the poller alone.

  let calls: Calls
  let descriptor: Int32
  private let process: Int64

  /// Held during every change, so that what is known of it agrees with the kernel.
  private let lock = Lock()
  private var registrations = KqueueRegistrations()

  /// The poller's own.
  var merger = RecordMerger()

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    descriptor = try IOError.check(calls.createQueue(), .createSelector)
    process = calls.process()
  }

  // The number is not inherited by `fork`, so in a child it may be somebody else's.
  deinit {
    if calls.process() == process { _ = calls.close(descriptor) }
  }

  func withLock<Result, Failure: Error>(
    _ body: (inout KqueueRegistrations) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try lock.withLock { () throws(Failure) in try body(&registrations) }
  }
}
