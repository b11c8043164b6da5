import CMioPoll

/// A lock of the C shim, which the thread sanitizer knows.
@safe
struct PollLock: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: it is a lock.

  private let lock: OpaquePointer

  init() {
    guard let lock = unsafe c_mio_poll_lock_create() else {
      preconditionFailure("no memory for a lock")
    }
    unsafe self.lock = lock
  }

  deinit {
    unsafe c_mio_poll_lock_destroy(lock)
  }

  borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe c_mio_poll_lock_acquire(lock)
    defer { unsafe c_mio_poll_lock_release(lock) }
    return try body()
  }
}
