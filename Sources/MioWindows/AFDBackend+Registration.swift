import CMioErrors
package import MioCore

extension AFDBackend {
  /// Starts to watch a socket, a named pipe or a wait.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)`` does.
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if let source = portSource(of: state) {
      try check(interest, of: source, .register)
      return try source.register(
        with: queue.operations, token: token, interest: interest, mode: mode)
    }
    let base = try base(of: descriptor, interest, .register)
    let record: AFDRecord
    if let known = self.record(of: state) {
      record = known
    } else {
      record = try makeRecord(for: state)
    }
    try queue.register(record, base: base, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)`` does.
  package borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if let source = portSource(of: state) {
      try check(interest, of: source, .reregister)
      return try source.reregister(
        with: queue.operations, token: token, interest: interest, mode: mode)
    }
    let base = try base(of: descriptor, interest, .reregister)
    guard let record = record(of: state),
      queue.reregister(record, base: base, token: token, interest: interest, mode: mode)
    else {
      try IOError.raise(.notRegistered, .reregister)
    }
  }

  /// Stops watching a source.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)`` does.
  package borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    if let source = portSource(of: state) {
      return try source.deregister(from: queue.operations)
    }
    guard let record = record(of: state), queue.deregister(record) else {
      try IOError.raise(.notRegistered, .deregister)
    }
  }

  private borrowing func base(
    of descriptor: Descriptor, _ interest: Interest, _ operation: IOError.Operation
  ) throws(IOError) -> Int {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, operation) }
    // A negative handle is never a socket. Test doubles have negative handles, and the backend must
    // not take them for closed sockets.
    if descriptor.rawValue < 0 {
      throw IOError(.badDescriptor, operation: operation, code: Int32(C_MIO_EBADF))
    }
    let base = queue.calls.baseHandle(of: descriptor.rawValue)
    if base < 0 { try IOError.raise(base, operation) }
    return base
  }

  private borrowing func portSource(
    of state: borrowing RegistrationState
  ) -> (any PortSource)? {
    let record = state.record(of: portSourceIdentity)
    // Embedded Swift does not support casts to protocols.
    if let pipe = record as? NamedPipeRecord { return pipe }
    return record as? WaitRecord
  }

  private borrowing func check(
    _ interest: Interest, of source: any PortSource, _ operation: IOError.Operation
  ) throws(IOError) {
    if !interest.isSubset(of: source.possibleInterest) {
      try IOError.raise(.unsupported, operation)
    }
  }

  private borrowing func record(of state: borrowing RegistrationState) -> AFDRecord? {
    state.record(of: identity) as? AFDRecord
  }

  private borrowing func makeRecord(
    for state: borrowing RegistrationState
  ) throws(IOError) -> AFDRecord {
    let record = try AFDQueueRecord(queue, identity)
    state.add(record)
    return record
  }
}
