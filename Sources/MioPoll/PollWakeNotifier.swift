import CMioPoll
import MioCore

/// The notifier of the wakers and of the queue: an eventfd or a pipe that makes a wait return.
///
/// A signal carries no information. The wakers and the queue store what has changed, so a signal
/// that is drained for one reason is not lost for another.
final class PollWakeNotifier<Calls: PollCalls>: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: the notifier is immutable.

  private let calls: Calls
  private let readingEnd: Int32
  private let writingEnd: Int32

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    let ends = calls.createNotifier()
    readingEnd = try IOError.check(ends.reading_end, .createSelector)
    writingEnd = ends.writing_end
    super.init()
  }

  deinit {
    _ = calls.close(readingEnd)
    if writingEnd != readingEnd { _ = calls.close(writingEnd) }
  }

  /// The descriptor to watch.
  var descriptor: Int32 { readingEnd }

  override func signal() throws(IOError) {
    try IOError.check(calls.notify(writingEnd), .wake)
  }

  func drain() {
    _ = calls.drain(readingEnd)
  }
}
