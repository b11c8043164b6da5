import CMioErrors
public import CMioSocket
public import MioCore

/// A socket's descriptor, from the moment it exists, with its registration state.
///
/// All of MioNet's sockets are made of one. It closes the descriptor once.
@usableFromInline
struct OwnedSocket: ~Copyable, Sendable {
  /// -1 once it was given away or closed.
  @usableFromInline
  var descriptor: Descriptor

  @usableFromInline
  let registration = RegistrationState()

  /// Takes over what a shim returned: a descriptor, or a negated error code.
  init(owning result: Int, _ operation: IOError.Operation) throws(IOError) {
    if result < 0 { try IOError.raise(result, operation) }
    descriptor = Descriptor(rawValue: result)
  }

  /// Takes over a TCP socket from elsewhere, and makes it close-on-exec and non-blocking.
  ///
  /// If that fails, the descriptor stays the caller's.
  init(adopting descriptor: Descriptor) throws(IOError) {
    let isTCP = c_mio_is_tcp(descriptor.rawValue)
    if isTCP < 0 { try IOError.raise(isTCP, .adopt) }
    if isTCP == 0 { try IOError.raise(.invalidArgument, .adopt) }
    let result = c_mio_adopt(descriptor.rawValue)
    if result < 0 { try IOError.raise(result, .adopt) }
    self.descriptor = descriptor
  }

  // `close` gives the number up even when it reports an error, and must not be tried again.
  @inlinable
  deinit {
    if descriptor.rawValue >= 0 {
      registration.sourceWillClose()
      _ = c_mio_close(descriptor.rawValue)
    }
  }

  /// Gives the descriptor away, without closing it.
  consuming func take() -> Descriptor {
    registration.sourceWillClose()
    let taken = descriptor
    descriptor = Descriptor(-1)
    return taken
  }

  /// Closes the descriptor and says how that went.
  consuming func close() throws(IOError) {
    let result = c_mio_close(take().rawValue)
    if result < 0 { try IOError.raise(result, .close) }
  }
}

// MARK: - Operations that may block

extension OwnedSocket {
  /// Makes a call that returns a count or a negated error code, until no signal interrupts it.
  ///
  /// - Returns: The count, `nil` if the call would block; the selector hears of that.
  @inlinable
  borrowing func transfer(
    _ direction: Direction, _ operation: IOError.Operation, _ call: (Int) -> Int
  ) throws(IOError) -> Int? {
    let result = call(descriptor.rawValue)
    return result >= 0 ? result : try recover(from: result, direction, operation, call)
  }

  /// Goes on after a failed call, out of line, so that callers stay small.
  @inlinable
  @inline(never)
  borrowing func recover(
    from result: Int, _ direction: Direction, _ operation: IOError.Operation,
    _ call: (Int) -> Int
  ) throws(IOError) -> Int? {
    var result = result
    while result < 0 {
      if try isBlocked(result, direction, operation) { return nil }
      result = call(descriptor.rawValue)
    }
    return result
  }

  /// Whether the failed call would have blocked; if not, it was interrupted, and can be made again.
  @inline(never)
  @usableFromInline
  borrowing func isBlocked(
    _ result: Int, _ direction: Direction, _ operation: IOError.Operation
  ) throws(IOError) -> Bool {
    switch -result {
    case C_MIO_EAGAIN, C_MIO_EWOULDBLOCK:
      registration.wouldBlock(direction)
      return true
    case C_MIO_EINTR:
      return false
    default:
      try IOError.raise(result, operation)
    }
  }
}
