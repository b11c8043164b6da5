import MioCore

/// The completion port.
///
/// It is closed with its last user: the queue, or a waker that outlives the queue.
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
