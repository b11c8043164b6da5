import CMioErrors
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
    let result = withRegistration { descriptor, _ in call(descriptor.rawValue) }
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
        if try registration.isBlocked(result, direction, operation) { return nil }
        result = call(descriptor.rawValue)
      }
      return result
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
      try IOError.raise(result, operation)
    }
  }
}
