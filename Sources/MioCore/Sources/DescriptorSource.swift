/// A source that consists of a descriptor and its ``RegistrationState``.
///
/// A conforming type implements one method. The protocol provides registration and
/// ``withIO(_:_:)``.
public protocol DescriptorSource: Source, ~Copyable {
  /// Calls a closure with the descriptor and its registration state.
  ///
  /// - Returns: The result of `body`.
  /// - Throws: The error that `body` throws.
  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result
}

extension DescriptorSource where Self: ~Copyable {
  /// The source's descriptor.
  ///
  /// The source still owns the descriptor. Use ``withIO(_:_:)`` for operations that may block.
  @inlinable
  public var descriptor: Descriptor {
    withRegistration { descriptor, _ in descriptor }
  }

  /// Runs an operation that may block on the descriptor.
  ///
  /// - Parameters:
  ///   - direction: The direction of the operation.
  ///   - operation: The operation. It returns `nil` if it would block. A selector that emulates
  ///     edges then watches this direction again, and only this direction.
  /// - Returns: The result of `operation`.
  /// - Throws: The error that `operation` throws.
  /// - SeeAlso: mio 1.2.2 `try_io`.
  @inlinable
  public borrowing func withIO<Result: ~Copyable, Failure: Error>(
    _ direction: Direction, _ operation: (Descriptor) throws(Failure) -> Result?
  ) throws(Failure) -> Result? {
    try withRegistration { descriptor, registration throws(Failure) -> Result? in
      registration.operationWillBegin(direction)
      guard let result = try operation(descriptor) else {
        registration.wouldBlock(direction)
        return nil
      }
      return result
    }
  }

  /// Registers the source.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  @inlinable
  public borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try withRegistration { descriptor, registration throws(IOError) in
      try registry.register(
        descriptor, state: registration, token: token, interest: interest, mode: mode)
    }
  }

  /// Replaces the registration of the source.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  @inlinable
  public borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try withRegistration { descriptor, registration throws(IOError) in
      try registry.reregister(
        descriptor, state: registration, token: token, interest: interest, mode: mode)
    }
  }

  /// Stops watching the source.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  @inlinable
  public borrowing func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError) {
    try withRegistration { descriptor, registration throws(IOError) in
      try registry.deregister(descriptor, state: registration)
    }
  }
}
