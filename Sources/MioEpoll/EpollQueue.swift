import MioCore

/// The epoll queue, shared by a selector and its duplicates, and closed with the last of them.
///
/// It is a class because the deinitializer of a generic noncopyable struct may be skipped:
/// `Docs/Workarounds.md`.
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
