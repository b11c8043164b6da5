import CMioPoll
import MioCore

/// An object that distinguishes the open files that one descriptor number has identified.
///
/// poll(2) knows numbers only. The witness knows files: if other code closes the file of a source,
/// and its number is given to another file, the witness reports the other file as new. It also
/// knows which files cannot be watched. On Linux it is an epoll instance, on which no thread waits.
/// On other systems a file is identified by its device and inode number.
final class PollWitness<Calls: PollCalls>: Sendable {
  private let calls: Calls
  private let descriptor: Int32

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    let created = calls.createWitness()
    if created != C_MIO_POLL_NO_WITNESS { try IOError.check(created, .createSelector) }
    descriptor = created
  }

  deinit {
    if descriptor != C_MIO_POLL_NO_WITNESS { _ = calls.close(descriptor) }
  }

  /// Identifies the file of a descriptor that is to be registered.
  ///
  /// - Throws: ``IOError`` with the code `EPERM` for a file that cannot be watched, as with epoll,
  ///   or another.
  func enlist(_ watched: Int32) throws(IOError) -> c_mio_poll_identity {
    var identity = c_mio_poll_identity()
    try IOError.check(calls.enlist(descriptor, watched, &identity), .register)
    return identity
  }

  /// Identifies the current file of a descriptor.
  func recognize(_ watched: Int32) throws(IOError) -> c_mio_poll_identity {
    var identity = c_mio_poll_identity()
    try IOError.check(calls.recognize(descriptor, watched, &identity), .reregister)
    return identity
  }

  /// Forgets the file of a descriptor.
  ///
  /// If the file is closed, the system has already forgotten it, so an error is ignored.
  func strike(_ watched: Int32) {
    _ = calls.strike(descriptor, watched)
  }
}
