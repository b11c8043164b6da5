import MioCore

/// The epoll queue that a selector and its duplicates share, and that the last of them closes.
///
/// It is a class because the deinitializer of a generic noncopyable struct may be skipped
/// (`Docs/Workarounds.md`).
final class EpollQueue<Calls: EpollCalls>: Sendable {
  let descriptor: Int32
  private let calls: Calls

  init(_ calls: Calls) throws(IOError) {
    descriptor = try IOError.check(calls.createQueue(), .createSelector)
    self.calls = calls
  }

  deinit {
    _ = calls.close(descriptor)
  }
}
