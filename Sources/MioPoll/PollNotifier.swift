import MioCore

/// An eventfd or a pipe that makes a wait return.
///
/// A notification carries no information. The wakers and the queue store what has changed, so a
/// notification that is drained for one reason is not lost for another.
final class PollNotifier<Calls: PollCalls>: Sendable {
  private let calls: Calls
  private let readingEnd: Int32
  private let writingEnd: Int32

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    var ends: (Int32, Int32) = (-1, -1)
    try IOError.check(calls.createNotifier(&ends), .createSelector)
    (readingEnd, writingEnd) = ends
  }

  deinit {
    _ = calls.close(readingEnd)
    if writingEnd != readingEnd { _ = calls.close(writingEnd) }
  }

  /// The descriptor to watch.
  var descriptor: Int32 { readingEnd }

  func notify() throws(IOError) {
    try IOError.check(calls.notify(writingEnd), .wake)
  }

  func drain() {
    _ = calls.drain(readingEnd)
  }
}
