/// A source made of any descriptor that the selector accepts: a timer, a signal descriptor, a tty.
///
/// It does not own the descriptor and never closes it. Keep the value for as long as the descriptor
/// is registered, and deregister it before somebody closes the descriptor: whether it is registered
/// is known to this value only. Another value made of the same descriptor finds out from the system:
/// `.alreadyRegistered` with the code `EEXIST`.
///
/// Read and write through ``DescriptorSource/withIO(_:_:)``, so that every selector hears of it.
///
/// - SeeAlso: mio 1.2.2 `unix::SourceFd`.
public struct BorrowedDescriptor: DescriptorSource, ~Copyable, Sendable {
  @usableFromInline
  let borrowed: Descriptor

  @usableFromInline
  let registration = RegistrationState()

  /// Creates a source of a descriptor that somebody else owns.
  ///
  /// It should be non-blocking.
  @inlinable
  public init(_ descriptor: Descriptor) {
    borrowed = descriptor
  }

  @inlinable
  deinit {
    registration.sourceWillClose()
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(borrowed, registration)
  }
}
