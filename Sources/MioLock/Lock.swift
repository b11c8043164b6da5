public import CMioLock

/// The lock of the backends that keep state of their own, and of test support.
@safe
@usableFromInline
package struct Lock: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: it is a lock.

  @usableFromInline
  let lock: OpaquePointer

  package init() {
    guard let lock = unsafe c_mio_lock_create() else {
      preconditionFailure("no memory for a lock")
    }
    unsafe self.lock = lock
  }

  // Embedded Swift needs this body in the modules that specialise their backend.
  @inlinable
  deinit {
    unsafe c_mio_lock_destroy(lock)
  }

  package borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe c_mio_lock_acquire(lock)
    defer { unsafe c_mio_lock_release(lock) }
    return try body()
  }
}
