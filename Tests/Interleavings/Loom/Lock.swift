/// A lock: what was done while it was held is before what is done when it is held next.
class LoomLock {
  private var isHeld = false
  private var handover = Handover()

  final func acquire(_ name: StaticString) {
    guard Loom.isRunning else { return isHeld = true }
    Loom.step(name, file: "", line: 0)
    takeOver(name)
  }

  /// Acquires it without giving others a turn before.
  final func takeOver(_ name: StaticString) {
    if isHeld { _ = Loom.wait(name, file: "", line: 0) { [self] in !isHeld } }
    isHeld = true
    handover.take()
  }

  final func release() {
    isHeld = false
    handover.give()
  }
}

// The functions of CMioLock.

private func lock(_ pointer: UnsafeMutableRawPointer) -> LoomLock {
  Unmanaged<LoomLock>.fromOpaque(pointer).takeUnretainedValue()
}

@_cdecl("c_mio_lock_create")
func createLock() -> UnsafeMutableRawPointer? {
  Unmanaged.passRetained(LoomLock()).toOpaque()
}

@_cdecl("c_mio_lock_destroy")
func destroyLock(_ pointer: UnsafeMutableRawPointer) {
  Unmanaged<LoomLock>.fromOpaque(pointer).release()
}

@_cdecl("c_mio_lock_acquire")
func acquireLock(_ pointer: UnsafeMutableRawPointer) { lock(pointer).acquire("lock") }

@_cdecl("c_mio_lock_release")
func releaseLock(_ pointer: UnsafeMutableRawPointer) { lock(pointer).release() }
