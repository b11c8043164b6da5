import CMioSocket
public import MioCore

/// A pipe with its two ends.
///
///     let pipe = try AnonymousPipe()
///     try registry.register(pipe.receiver, token: 1, interest: .readable)
///
/// - SeeAlso: mio 1.2.2 `unix::pipe`; `pipe(7)`.
@frozen
public struct AnonymousPipe: ~Copyable, Sendable {
  /// The writing end.
  public var sender: PipeSender
  /// The reading end.
  public var receiver: PipeReceiver

  /// Creates a pipe whose ends are both close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: mio 1.2.2 `pipe::new`; `pipe2(2)`.
  public init() throws(IOError) {
    var readingEnd = 0
    var writingEnd = 0
    try unsafe IOError.check(c_mio_pipe_create(&readingEnd, &writingEnd), .create)
    receiver = PipeReceiver(OwnedSource(owning: Descriptor(rawValue: readingEnd)))
    sender = PipeSender(OwnedSource(owning: Descriptor(rawValue: writingEnd)))
  }
}
