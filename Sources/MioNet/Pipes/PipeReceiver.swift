import CMioSocket
public import MioCore

/// The end of a pipe that reads.
///
/// - SeeAlso: mio 1.2.2 `unix::pipe::Receiver`; `pipe(7)`.
public struct PipeReceiver: DescriptorOwner, ~Copyable, Sendable {
  @usableFromInline
  let pipe: OwnedSource

  init(_ pipe: consuming OwnedSource) {
    self.pipe = pipe
  }

  /// Takes over the reading end of a pipe, such as a child's standard output; it becomes close-on-exec
  /// and non-blocking.
  ///
  /// A named pipe that was opened for reading is such an end too.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.invalidArgument` for what is no pipe or
  ///   does not read. The descriptor stays the caller's then.
  /// - SeeAlso: mio 1.2.2 `From<ChildStdout>`.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    let result = c_mio_pipe_adopt(descriptor.rawValue, 0)
    if result < 0 { try IOError.raise(result, .adopt) }
    pipe = OwnedSource(owning: descriptor)
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(pipe.descriptor, pipe.registration)
  }

  /// Gives the descriptor away.
  ///
  /// An end that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    pipe.take()
  }
}
