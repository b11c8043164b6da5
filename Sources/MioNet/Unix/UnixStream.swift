public import MioCore

/// A connection between Unix sockets.
///
/// - SeeAlso: mio 1.2.2 `net::UnixStream`; `unix(7)`.
public struct UnixStream: StreamSocket, UnixPeer, ~Copyable, Sendable {
  /// The type of the addresses: paths, abstract names, or no name.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Connects to a listener.
  ///
  /// On Linux the result is `nil` if the backlog of the listener is full. Try again after a while:
  /// no event of Linux reports that the backlog has space again. Apple's systems and the BSDs throw
  /// `.connectionRefused` in this case.
  ///
  /// - Parameter address: The address of the listener.
  /// - Throws: ``IOError`` with the kind `.notFound` (no such file), `.connectionRefused` (no
  ///   listener), `.permissionDenied`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: mio 1.2.2 `UnixStream::connect_addr`; `connect(2)`, `EAGAIN`.
  public init?(connectingTo address: UnixAddress) throws(IOError) {
    guard let stream = try UnixSocket().connect(to: address) else { return nil }
    self = stream
  }

  /// Takes ownership of an existing stream.
  ///
  /// The stream becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket of another kind. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixStream)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Creates two streams that are connected to each other and have no names.
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

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered stream before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}

extension UnixStream: ConnectingStream {
  /// Returns the state of the connect that ``init(connectingTo:)`` started.
  ///
  /// A Unix socket connects immediately, so the result is `.connected` for a stream that was
  /// created here.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` for an adopted stream that was never
  ///   connected, or another.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try connectStatus()
  }
}
