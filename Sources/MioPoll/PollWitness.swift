import CMioPoll
import MioCore

/// Tells the open files apart that a number of a descriptor stood for.
///
/// poll(2) knows numbers only. The witness knows files: when somebody closes a file behind its source's
/// back, and its number is given to another one, the other one is new. It also knows which files cannot be
/// watched. On Linux it is an epoll instance, on which nobody waits. Elsewhere a file is known by its
/// device and number.
final class PollWitness<Calls: PollCalls>: Sendable {
  private let calls: Calls
  private let descriptor: Int32

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    descriptor = calls.createWitness()
    if descriptor != C_MIO_POLL_NO_WITNESS { try IOError.check(descriptor, .createSelector) }
  }

  deinit {
    if descriptor >= 0 { _ = calls.close(descriptor) }
  }

  /// Learns the file of a descriptor that is to be registered.
  ///
  /// - Throws: ``IOError``: `EPERM` for a file that cannot be watched, as epoll says it.
  func enlist(_ watched: Int32) throws(IOError) -> c_mio_poll_identity {
    var identity = c_mio_poll_identity()
    try IOError.check(calls.enlist(descriptor, watched, &identity), .register)
    return identity
  }

  /// Looks which file a descriptor stands for by now.
  func recognize(_ watched: Int32) throws(IOError) -> c_mio_poll_identity {
    var identity = c_mio_poll_identity()
    try IOError.check(calls.recognize(descriptor, watched, &identity), .reregister)
    return identity
  }

  /// Forgets the file of a descriptor.
  ///
  /// Whoever closed the file has made the system forget it: an error says nothing more.
  func strike(_ watched: Int32) {
    _ = calls.strike(descriptor, watched)
  }
}
