import CMioErrors
package import MioCore

extension KqueueBackend {
  /// Begins to watch a descriptor: `kevent` with `EV_ADD` for each direction.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try checkSupport(of: interest, .register)
    let target = descriptor.fileDescriptor
    var registration = KqueueRegistration(token: token, interest: interest, mode: mode)
    try queue.withLock { registrations throws(IOError) in
      let outcome = try queue.replace(target, with: registration, .register)
      if outcome.additionCode != 0 {
        restore(nil, of: target)
        throw IOError(code: outcome.additionCode, operation: .register)
      }
      if outcome.hasDeleted, queue.calls.features.contains(.forgetsClosed),
        let other = registrations[target]
      {
        restore(other, of: target)
        throw IOError(.alreadyRegistered, operation: .register, code: Int32(C_MIO_EEXIST))
      }
      if outcome.isWithoutReader {
        try announce(&registration, of: target, insteadOf: nil, .register)
      }
      registrations[target] = registration
    }
  }

  /// Replaces what is watched: `kevent` with `EV_DELETE` and `EV_ADD`.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
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
        // Somebody closed the descriptor, and another file has its number now.
        restore(nil, of: target)
        registrations[target] = nil
        throw IOError(.notRegistered, operation: .reregister, code: Int32(C_MIO_ENOENT))
      }
      if outcome.isWithoutReader {
        try announce(&registration, of: target, insteadOf: old, .reregister)
      }
      registrations[target] = registration
    }
  }

  /// Ceases to watch a descriptor: `kevent` with `EV_DELETE` for each direction.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
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

  /// Undoes a change of which only a part was made.
  ///
  /// A one-shot that was reported already is asked for again, and not reported again. If the change fails,
  /// the source is not watched any more: there is nothing left to try.
  private borrowing func restore(_ registration: KqueueRegistration?, of target: Int32) {
    _ = try? queue.replace(target, with: registration, .register)
  }

  /// Sees to it that a poll reports a writer that has no reader, for the kernel refuses to.
  ///
  /// The notifier's signal makes a wait return, also one that is under way.
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
