import MioCore

/// The completion port, which is closed when nobody needs it any more: the queue, or a waker that outlives
/// it.
final class AFDPort<Calls: AFDCalls>: Sendable {
  let calls: Calls
  let handle: Int

  init(_ calls: Calls) throws(IOError) {
    let handle = calls.createPort()
    try IOError.checkWin32(handle, .createSelector)
    self.calls = calls
    self.handle = handle
  }

  deinit {
    _ = calls.close(handle)
  }
}
