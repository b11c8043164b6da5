import CMioSocket
public import MioCore

/// The reading end of a pipe.
///
/// - SeeAlso: mio 1.2.2 `unix::pipe::Receiver`; `pipe(7)`.
public struct PipeReceiver: DescriptorOwner, ~Copyable, Sendable {
  @usableFromInline
  let pipe: OwnedSource

  init(_ pipe: consuming OwnedSource) {
    self.pipe = pipe
  }

  /// Takes ownership of the reading end of a pipe, such as the standard output of a child process.
  ///
  /// The end becomes close-on-exec and non-blocking. A named pipe that was opened for reading is
  /// also a reading end.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.invalidArgument` for a descriptor
  ///   that is not a pipe or not open for reading. If it throws, the caller keeps the descriptor.
  /// - SeeAlso: mio 1.2.2 `From<ChildStdout>`.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    try IOError.check(c_mio_pipe_adopt(descriptor.rawValue, 0), .adopt)
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
