public import MioCore

/// A TCP connection.
///
/// Reading and writing work on a borrowed value, so that one thread may read while another writes.
/// The connection is closed when the value goes out of scope.
///
/// - SeeAlso: mio 1.2.2 `net::TcpStream`, `tcp(7)`.
public struct TCPStream: StreamSocket, ~Copyable, Sendable {
  /// Streams are named by IP addresses and ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// Begins to connect, and returns before the connection is there.
  ///
  /// Register the stream for writing; when it becomes writable, ask ``finishConnect()``.
  ///
  /// - Parameter address: Where to connect to.
  /// - Throws: ``IOError`` for what is known at once: `.networkUnreachable`, `.addressNotAvailable` (also when
  ///   the system has no port left for it), `.tooManyOpenFiles`, on some systems even `.connectionRefused`.
  /// - SeeAlso: mio 1.2.2 `TcpStream::connect`; `connect(2)`.
  public init(connectingTo address: SocketAddress) throws(IOError) {
    self = try TCPSocket(connecting: address.version).connect(to: address)
  }

  /// Takes over a TCP socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket that is not TCP's. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .tcp4, or: .tcp6)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
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
