package import MioCore

extension PollBackend {
  /// Registers a descriptor.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, .register) }
    let record = record(of: state) ?? makeRecord(for: state)
    try queue.add(
      descriptor.fileDescriptor, record, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  package borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, .reregister) }
    guard let record = record(of: state) else { try IOError.raise(.notRegistered, .reregister) }
    try queue.replace(
      descriptor.fileDescriptor, record, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  package borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    guard let record = record(of: state), queue.remove(record) else {
      try IOError.raise(.notRegistered, .deregister)
    }
  }

  private borrowing func record(of state: borrowing RegistrationState) -> PollRecord? {
    state.record(of: identity) as? PollRecord
  }

  private borrowing func makeRecord(for state: borrowing RegistrationState) -> PollRecord {
    let record = PollQueueRecord(queue, identity)
    state.add(record)
    return record
  }
}
