public import MioCore

/// A connection between Unix sockets.
///
/// - SeeAlso: mio 1.2.2 `net::UnixStream`; `unix(7)`.
public struct UnixStream: StreamSocket, UnixPeer, ~Copyable, Sendable {
  /// Unix sockets are named by paths, abstract names, or not at all.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Connects to a listener.
  ///
  /// It is `nil` when the listener's backlog is full: try again when somebody may have been accepted.
  /// Linux has no way to wait for that. Apple's systems and the BSDs do not say so, but
  /// `.connectionRefused`.
  ///
  /// - Parameter address: Where the listener is.
  /// - Throws: ``IOError`` with the kind `.notFound` (no such file), `.connectionRefused` (nobody
  ///   listens), `.permissionDenied`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: mio 1.2.2 `UnixStream::connect_addr`; `connect(2)`, `EAGAIN`.
  public init?(connectingTo address: UnixAddress) throws(IOError) {
    guard let stream = try UnixSocket().connect(to: address) else { return nil }
    self = stream
  }

  /// Takes over a stream from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixStream)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Creates two streams that are connected with each other and have no names.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: mio 1.2.2 `UnixStream::pair`; `socketpair(2)`.
  public static func pair() throws(IOError) -> ConnectedPair<UnixStream> {
    let ends = try ConnectedPair(creating: .unixStream)
    return ConnectedPair<UnixStream>(
      first: UnixStream(ends.first), second: UnixStream(ends.second))
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(socket.descriptor, socket.registration)
  }

  /// Gives the descriptor away.
  ///
  /// A stream that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}

extension UnixStream: ConnectingStream {
  /// Finds out how the connect went that ``init(connectingTo:)`` began.
  ///
  /// A Unix socket connects at once, so this is `.connected` for a stream that was created.
  ///
  /// - Throws: ``IOError``, `.notConnected` for a stream that was taken over and never connected.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try connectStatus()
  }
}
