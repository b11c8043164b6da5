import CMioErrors
import CMioKqueue
package import MioCore

extension KqueueBackend {
  /// Starts to watch a descriptor: `kevent` with `EV_ADD` for each direction.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)`` does.
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try checkSupport(of: interest, .register)
    let target = descriptor.fileDescriptor
    var registration = KqueueRegistration(token: token, interest: interest, mode: mode)
    try queue.withLock { registrations throws(IOError) in
      let outcome = try queue.replace(target, with: registration, .register)
      if outcome.hasDeleted, queue.calls.features.contains(.forgetsClosed),
        let other = registrations[target]
      {
        restore(other, of: target)
        throw IOError(.alreadyRegistered, operation: .register, code: Int32(C_MIO_EEXIST))
      }
      if outcome.additionCode != 0 {
        restore(nil, of: target)
        throw IOError(code: outcome.additionCode, operation: .register)
      }
      if outcome.isWithoutReader {
        try announce(&registration, of: target, insteadOf: nil, .register)
      }
      registrations[target] = registration
    }
  }

  /// Replaces the registration of a descriptor: `kevent` with `EV_DELETE` and `EV_ADD`.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)`` does.
  package borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try checkSupport(of: interest, .reregister)
    let target = descriptor.fileDescriptor
    var registration = KqueueRegistration(token: token, interest: interest, mode: mode)
    try queue.withLock { registrations throws(IOError) in
      guard let old = registrations[target] else {
        throw IOError(.notRegistered, operation: .reregister, code: Int32(C_MIO_ENOENT))
      }
      let outcome = try queue.replace(target, with: registration, .reregister)
      if outcome.additionCode != 0 {
        restore(old, of: target)
        throw IOError(code: outcome.additionCode, operation: .reregister)
      }
      if old.isKnownToKernel, !outcome.hasDeleted {
        // Other code closed the descriptor, and another file has its number now.
        restore(nil, of: target)
        throw IOError(.notRegistered, operation: .reregister, code: Int32(C_MIO_ENOENT))
      }
      if outcome.isWithoutReader {
        try announce(&registration, of: target, insteadOf: old, .reregister)
      }
      registrations[target] = registration
    }
  }

  /// Stops watching a descriptor: `kevent` with `EV_DELETE` for each direction.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)`` does.
  package borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    let target = descriptor.fileDescriptor
    try queue.withLock { registrations throws(IOError) in
      guard let old = registrations[target] else {
        throw IOError(.notRegistered, operation: .deregister, code: Int32(C_MIO_ENOENT))
      }
      let outcome = try queue.replace(target, with: nil, .deregister)
      if outcome.deletionCode != 0 {
        throw IOError(code: outcome.deletionCode, operation: .deregister)
      }
      registrations[target] = nil
      if old.isKnownToKernel, !outcome.hasDeleted {
        throw IOError(.notRegistered, operation: .deregister, code: Int32(C_MIO_ENOENT))
      }
    }
  }

  /// Undoes a change that the kernel made only in part.
  ///
  /// If this change fails as well, the source is no longer watched, because nothing else can be
  /// tried.
  private borrowing func restore(_ registration: KqueueRegistration?, of target: Int32) {
    _ = try? queue.replace(target, with: registration, .register)
    if let registration, registration.isWithoutReader { mark(target, registration) }
  }

  /// Leaves a filter that never fires in the kernel, if the registration has no other filter there.
  ///
  /// The filter exists as long as the descriptor is open. If another value has the same descriptor,
  /// the filter shows to it that the descriptor is registered. If the kernel refuses the filter,
  /// only this check is lost.
  private borrowing func mark(_ target: Int32, _ registration: KqueueRegistration) {
    if !registration.interest.isDisjoint(with: [.readable, .priority]) { return }
    try? queue.send(
      c_mio_kqueue_record(
        UInt(bitPattern: Int(target)), C_MIO_EVFILT_READ, flags: C_MIO_EV_ADD | C_MIO_EV_DISABLE,
        token: registration.token),
      .register)
  }

  /// Makes a poll report a writer whose pipe has no reader, because the kernel refuses to watch it.
  ///
  /// The signal of the notifier ends the wait in progress, or makes the next wait return.
  private borrowing func announce(
    _ registration: inout KqueueRegistration, of target: Int32, insteadOf old: KqueueRegistration?,
    _ operation: IOError.Operation
  ) throws(IOError) {
    do throws(IOError) {
      try notifier.openUnderLock()
      try notifier.signal()
    } catch {
      restore(old, of: target)
      throw IOError(code: error.code, operation: operation)
    }
    registration.isWithoutReader = true
    mark(target, registration)
  }

  private borrowing func checkSupport(
    of interest: Interest, _ operation: IOError.Operation
  ) throws(IOError) {
    let features = queue.calls.features
    if interest.contains(.priority) && !features.contains(.exceptions)
      || interest.contains(.aio) && !features.contains(.aio)
      || interest.contains(.lio) && !features.contains(.lio)
    {
      try IOError.raise(.unsupported, operation)
    }
  }
}
