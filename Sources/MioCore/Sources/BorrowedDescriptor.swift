/// A source over any descriptor that the selector accepts, such as a timer, a signal descriptor or
/// a tty.
///
/// It does not own the descriptor, and never closes it. Keep the value while the descriptor is
/// registered, and deregister it before the descriptor is closed. Only this value knows whether the
/// descriptor is registered. Another value over the same descriptor receives the error of the
/// system: the kind `.alreadyRegistered` with the code `EEXIST`.
///
/// Read and write through ``DescriptorSource/withIO(_:_:)``, so that every selector is notified
/// when an operation would block.
///
/// - SeeAlso: mio 1.2.2 `unix::SourceFd`.
public struct BorrowedDescriptor: DescriptorSource, ~Copyable, Sendable {
  @usableFromInline
  let borrowed: Descriptor

  @usableFromInline
  let registration = RegistrationState()

  /// Creates a source over a descriptor that other code owns.
  ///
  /// The descriptor should be non-blocking.
  @inlinable
  public init(_ descriptor: Descriptor) {
    borrowed = descriptor
  }

  @inlinable
  deinit {
    registration.sourceWillClose()
  }

  /// Calls a closure with the descriptor and its registration state.
  ///
  /// - Returns: The result of `body`.
  /// - Throws: The error that `body` throws.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(borrowed, registration)
  }
}
