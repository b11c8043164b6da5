import CMioErrors
import CMioSocket
public import MioCore

// Operations that may block. Every source of MioNet accesses its descriptor through them.
extension DescriptorSource where Self: ~Copyable {
  /// Makes a call that returns a count or a negated error code, and repeats it while a signal
  /// interrupts it.
  ///
  /// - Returns: The count; `nil` if the call would block. The selector is notified when the call
  ///   would block.
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

  /// Handles a failed call, out of line, so that callers stay small.
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

// Operations that do not block and that change the readiness of a source.
extension DescriptorSource where Self: ~Copyable {
  /// Runs an operation that may change the readiness of the source, even if it fails.
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
  /// Returns whether the failed call would have blocked, or throws its error.
  ///
  /// If it returns `false`, a signal interrupted the call, and the caller repeats it.
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

  /// Returns whether an error is permanent, or lasts until the system has free memory again.
  private borrowing func isLasting(_ code: Int) -> Bool {
    switch code {
    case C_MIO_EPIPE, C_MIO_EBADF, C_MIO_ENOTCONN, C_MIO_ENOMEM, C_MIO_ENOBUFS: true
    default: false
    }
  }
}

extension Descriptor {
  /// Throws if a socket cannot send because the system has no free port to bind it to.
  ///
  /// Linux returns EAGAIN in this case and also for a full buffer. No event reports a port that
  /// becomes free.
  @inline(never)
  @usableFromInline
  func throwWithoutPort(_ result: Int) throws(IOError) {
    guard -result == C_MIO_EAGAIN, c_mio_lacks_port(rawValue) != 0 else { return }
    throw IOError(.addressNotAvailable, operation: .send, code: Int32(-result))
  }
}

extension IOError.Operation {
  /// Whether a failure of the operation may have consumed the cause of an event, so that its next
  /// occurrence is a new edge.
  ///
  /// The cause is a pending error of a message socket, or urgent data that is gone.
  fileprivate var takesErrors: Bool { self == .receive || self == .send }
}
