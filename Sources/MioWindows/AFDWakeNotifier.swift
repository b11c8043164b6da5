import MioCore

/// The notifier of the wakers.
///
/// It posts a packet to the port.
final class AFDWakeNotifier<Calls: AFDCalls>: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: the port never changes.

  private let port: AFDPort<Calls>

  init(_ port: AFDPort<Calls>) {
    self.port = port
    super.init()
  }

  override func signal() throws(IOError) {
    try IOError.checkWin32(Int(port.calls.post(port.handle, 0)), .wake)
  }
}
