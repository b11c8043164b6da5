/// A lock with a condition variable.
final class LoomMonitor: LoomLock {
  private var broadcasts = 0

  func broadcast() { broadcasts += 1 }

  /// Returns whether there was a broadcast; if not, there will never be one.
  func wait() -> Bool {
    guard Loom.isRunning else { return false }
    let mark = broadcasts
    release()
    let isWoken = Loom.wait("monitor wait", mayGiveUp: true, file: "", line: 0) { [self] in
      broadcasts > mark
    }
    takeOver("monitor lock", file: "", line: 0)
    return isWoken
  }
}

// The functions of the monitor of CMioThread.

private func monitor(_ pointer: UnsafeMutableRawPointer) -> LoomMonitor {
  Unmanaged<LoomMonitor>.fromOpaque(pointer).takeUnretainedValue()
}

@_cdecl("c_mio_monitor_create")
func createMonitor() -> UnsafeMutableRawPointer? {
  Unmanaged.passRetained(LoomMonitor()).toOpaque()
}

@_cdecl("c_mio_monitor_destroy")
func destroyMonitor(_ pointer: UnsafeMutableRawPointer) {
  Unmanaged<LoomMonitor>.fromOpaque(pointer).release()
}

@_cdecl("c_mio_monitor_lock")
func lockMonitor(_ pointer: UnsafeMutableRawPointer) {
  monitor(pointer).acquire("monitor lock", file: "", line: 0)
}

@_cdecl("c_mio_monitor_unlock")
func unlockMonitor(_ pointer: UnsafeMutableRawPointer) { monitor(pointer).release() }

@_cdecl("c_mio_monitor_broadcast")
func broadcastMonitor(_ pointer: UnsafeMutableRawPointer) { monitor(pointer).broadcast() }

@_cdecl("c_mio_monitor_wait")
func waitMonitor(_ pointer: UnsafeMutableRawPointer, _ nanoseconds: UInt64) -> CInt {
  monitor(pointer).wait() ? 1 : 0
}
