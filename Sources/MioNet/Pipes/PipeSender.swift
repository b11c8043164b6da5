import CMioSocket
public import MioCore

/// The end of a pipe that writes.
///
/// Writing to a pipe that nobody reads throws `.brokenPipe` and raises no signal: Linux since 6.18 is
/// asked so with each write, and so are Apple's systems once; elsewhere the signal is held back by two
/// more system calls around each write.
///
/// - SeeAlso: mio 1.2.2 `unix::pipe::Sender`; `pipe(7)`; `RWF_NOSIGNAL` in `pwritev2(2)`.
public struct PipeSender: DescriptorOwner, ~Copyable, Sendable {
  @usableFromInline
  let pipe: OwnedSource

  init(_ pipe: consuming OwnedSource) {
    self.pipe = pipe
  }

  /// Takes over the writing end of a pipe, such as a child's standard input; it becomes close-on-exec and
  /// non-blocking.
  ///
  /// A named pipe that was opened for writing is such an end too.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.invalidArgument` for what is no pipe or
  ///   does not write. The descriptor stays the caller's then.
  /// - SeeAlso: mio 1.2.2 `From<ChildStdin>`.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    let result = c_mio_pipe_adopt(descriptor.rawValue, 1)
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
