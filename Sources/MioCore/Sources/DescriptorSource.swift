/// A source that consists of a descriptor and its ``RegistrationState``.
///
/// Conforming takes one method; registration, and ``withIO(_:_:)``, come with the protocol.
public protocol DescriptorSource: Source, ~Copyable {
  /// Lends the descriptor and its registration state.
  ///
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result
}

extension DescriptorSource where Self: ~Copyable {
  /// The source's descriptor.
  ///
  /// It stays the source's.
  ///
  /// Operations that may block belong into ``withIO(_:_:)``.
  @inlinable
  public var descriptor: Descriptor {
    withRegistration { descriptor, _ in descriptor }
  }

  /// Runs an operation on the descriptor that may block.
  ///
  /// - Parameters:
  ///   - direction: Which of the two the operation does.
  ///   - operation: Does it, and returns `nil` if it would have blocked. Selectors that emulate edges
  ///     then watch that direction again, and only that one.
  /// - Returns: What `operation` returns.
  /// - Throws: What `operation` throws.
  /// - SeeAlso: mio 1.2.2 `try_io`.
  @inlinable
  public borrowing func withIO<Result: ~Copyable, Failure: Error>(
    _ direction: Direction, _ operation: (Descriptor) throws(Failure) -> Result?
  ) throws(Failure) -> Result? {
    try withRegistration { descriptor, registration throws(Failure) -> Result? in
      guard let result = try operation(descriptor) else {
        registration.wouldBlock(direction)
        return nil
      }
      return result
    }
  }

  /// Begins to watch the source.
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

  /// Ceases to watch the source.
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
