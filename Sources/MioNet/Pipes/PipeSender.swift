import CMioSocket
public import MioCore

/// The writing end of a pipe.
///
/// Writing to a pipe without an open reading end throws `.brokenPipe` and raises no signal. A flag
/// suppresses the signal: a flag of each write on Linux since 6.18, and a flag of the descriptor on
/// Apple's systems. On other systems two additional system calls around each write block the
/// signal.
///
/// - SeeAlso: mio 1.2.2 `unix::pipe::Sender`; `pipe(7)`; `RWF_NOSIGNAL` in `pwritev2(2)`.
public struct PipeSender: DescriptorOwner, ~Copyable, Sendable {
  @usableFromInline
  let pipe: OwnedSource

  init(_ pipe: consuming OwnedSource) {
    self.pipe = pipe
  }

  /// Takes ownership of the writing end of a pipe, such as the standard input of a child process.
  ///
  /// The end becomes close-on-exec and non-blocking. A named pipe that was opened for writing is
  /// also a writing end.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.invalidArgument` for a descriptor
  ///   that is not a pipe or not open for writing. If it throws, the caller keeps the descriptor.
  /// - SeeAlso: mio 1.2.2 `From<ChildStdin>`.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    try IOError.check(c_mio_pipe_adopt(descriptor.rawValue, 1), .adopt)
    pipe = OwnedSource(owning: descriptor)
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(pipe.descriptor, pipe.registration)
  }

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered end before the call.
  public consuming func takeDescriptor() -> Descriptor {
    pipe.take()
  }
}
