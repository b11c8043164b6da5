import CMioErrors
import CMioSocket
public import MioCore

// Operations that may block: the one way to a descriptor for all that MioNet makes.
extension DescriptorSource where Self: ~Copyable {
  /// Makes a call that returns a count or a negated error code, until no signal interrupts it.
  ///
  /// - Returns: The count, `nil` if the call would block; the selector hears of that.
  @inlinable
  @inline(__always)
  borrowing func transfer(
    _ direction: Direction, _ operation: IOError.Operation, _ call: (Int) -> Int
  ) throws(IOError) -> Int? {
    let result = withRegistration { descriptor, registration in
      registration.operationWillBegin(direction)
      return call(descriptor.rawValue)
    }
    return result >= 0 ? result : try recover(from: result, direction, operation, call)
  }

  /// Goes on after a failed call, out of line, so that callers stay small.
  @inlinable
  @inline(never)
  borrowing func recover(
    from result: Int, _ direction: Direction, _ operation: IOError.Operation,
    _ call: (Int) -> Int
  ) throws(IOError) -> Int? {
    try withRegistration { descriptor, registration throws(IOError) -> Int? in
      var result = result
      while result < 0 {
        if operation == .send { try descriptor.throwWithoutPort(result) }
        if try registration.isBlocked(result, direction, operation) { return nil }
        result = call(descriptor.rawValue)
      }
      return result
    }
  }
}

// Operations that do not block, and change what a source is ready for.
extension DescriptorSource where Self: ~Copyable {
  /// Runs an operation after which the source may be ready for something else, also if it fails.
  borrowing func changingReadiness<Result>(
    _ operation: (Descriptor) throws(IOError) -> Result
  ) throws(IOError) -> Result {
    try withRegistration { descriptor, registration throws(IOError) in
      defer { registration.readinessMayHaveChanged() }
      return try operation(descriptor)
    }
  }
}

extension RegistrationState {
  /// Whether the failed call would have blocked; if not, it was interrupted, and can be made again.
  @inline(never)
  @usableFromInline
  borrowing func isBlocked(
    _ result: Int, _ direction: Direction, _ operation: IOError.Operation
  ) throws(IOError) -> Bool {
    switch -result {
    case C_MIO_EAGAIN, C_MIO_EWOULDBLOCK:
      wouldBlock(direction)
      return true
    case C_MIO_EINTR:
      return false
    default:
      if operation.takesErrors, !isLasting(-result) { readinessMayHaveChanged(direction) }
      try IOError.raise(result, operation)
    }
  }

  /// Whether an error stays: trying again is of no use, or only when the system has room again.
  private borrowing func isLasting(_ code: Int) -> Bool {
    switch code {
    case C_MIO_EPIPE, C_MIO_EBADF, C_MIO_ENOTCONN, C_MIO_ENOMEM, C_MIO_ENOBUFS: true
    default: false
    }
  }
}

extension Descriptor {
  /// Throws if a socket cannot send because the system has no port left to bind it to.
  ///
  /// Linux says EAGAIN for that as well as for a full buffer, and no event tells of a port that becomes free.
  @inline(never)
  @usableFromInline
  func throwWithoutPort(_ result: Int) throws(IOError) {
    guard -result == C_MIO_EAGAIN, c_mio_lacks_port(rawValue) != 0 else { return }
    throw IOError(.addressNotAvailable, operation: .send, code: Int32(-result))
  }
}

extension IOError.Operation {
  /// Whether its failure may have taken what an event told of, so that the next occurrence is news: an
  /// error that waited in a message socket, or urgent data that is no more.
  fileprivate var takesErrors: Bool { self == .receive || self == .send }
}
