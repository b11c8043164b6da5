import CMioErrors
public import CMioEpoll
public import MioCore

extension EpollBackend {
  /// Registers a descriptor with `EPOLL_CTL_ADD`.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  @inlinable
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try control(C_MIO_EPOLL_CTL_ADD, .register, descriptor, token, interest, mode)
  }

  /// Replaces a registration with `EPOLL_CTL_MOD`.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  @inlinable
  package borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try control(C_MIO_EPOLL_CTL_MOD, .reregister, descriptor, token, interest, mode)
  }

  /// Stops watching a descriptor with `EPOLL_CTL_DEL`.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  @inlinable
  package borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    let result = calls.remove(queue, descriptor.fileDescriptor)
    if result < 0 { try IOError.raiseControl(result, .deregister) }
  }

  @inlinable
  borrowing func control(
    _ operation: Int32, _ name: IOError.Operation, _ descriptor: Descriptor,
    _ token: Token, _ interest: Interest, _ mode: TriggerMode
  ) throws(IOError) {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, name) }
    try control(operation, name, descriptor, token, events: interest.epollEvents | mode.epollFlags)
  }

  @inlinable
  borrowing func control(
    _ operation: Int32, _ name: IOError.Operation, _ descriptor: Descriptor, _ token: Token,
    events: UInt32
  ) throws(IOError) {
    if token.rawValue == notifier.tag {
      return try EpollBackend.controlSharingTag(self, operation, name, descriptor, events)
    }
    let result = calls.control(
      queue, operation, descriptor.fileDescriptor, events: events,
      data: UInt64(token.rawValue))
    if result < 0 { try IOError.raiseControl(result, name) }
  }

  /// Changes a registration whose token equals the tag of the notifier.
  @inlinable
  @inline(never)
  static func controlSharingTag(
    _ backend: borrowing EpollBackend, _ operation: Int32, _ name: IOError.Operation,
    _ descriptor: Descriptor, _ events: UInt32
  ) throws(IOError) {
    backend.notifier.shareTag()
    let result = backend.calls.control(
      backend.queue, operation, descriptor.fileDescriptor, events: events,
      data: UInt64(backend.notifier.tag))
    if result < 0 { try IOError.raiseControl(result, name) }
  }
}

extension IOError {
  /// Throws the error that a code of `epoll_ctl` means for a registration.
  @inline(never)
  @usableFromInline
  static func raiseControl(_ result: Int32, _ operation: Operation) throws(IOError) -> Never {
    switch Int(-result) {
    case C_MIO_EEXIST:
      throw IOError(.alreadyRegistered, operation: operation, code: -result)
    case C_MIO_ENOENT:
      throw IOError(.notRegistered, operation: operation, code: -result)
    case C_MIO_EPERM where operation != .register:
      // The number belongs to a file that epoll cannot watch, so nothing is registered for it.
      throw IOError(.notRegistered, operation: operation, code: -result)
    default:
      throw IOError(code: -result, operation: operation)
    }
  }
}

extension Interest {
  /// The event bits of this interest.
  @inlinable
  var epollEvents: UInt32 {
    var events: UInt32 = 0
    if contains(.readable) { events |= C_MIO_EPOLLIN | C_MIO_EPOLLRDHUP }
    if contains(.writable) { events |= C_MIO_EPOLLOUT }
    if contains(.priority) { events |= C_MIO_EPOLLPRI }
    return events
  }
}

extension TriggerMode {
  /// The flags of this mode.
  @inlinable
  var epollFlags: UInt32 {
    switch self {
    case .edge: C_MIO_EPOLLET
    case .level: 0
    case .oneShot: C_MIO_EPOLLONESHOT
    }
  }
}
