import CMioSocket
public import MioCore

/// A TCP connection.
///
/// Reading and writing work on a borrowed value, so that one thread may read while another writes.
/// The connection is closed when the value goes out of scope.
///
/// - SeeAlso: mio 1.2.2 `net::TcpStream`, `tcp(7)`.
public struct TCPStream: InternetSocket, ~Copyable, Sendable {
  @usableFromInline
  let socket: OwnedSocket

  /// Begins to connect, and returns before the connection is there.
  ///
  /// Register the stream for writing; when it becomes writable, ask ``finishConnect()``.
  ///
  /// - Parameter address: Where to connect to.
  /// - Throws: ``IOError`` for what is known at once: `.networkUnreachable`, `.addressNotAvailable`,
  ///   `.tooManyOpenFiles`, on some systems even `.connectionRefused`; and `.wouldBlock` when the system
  ///   has no port left for it.
  /// - SeeAlso: mio 1.2.2 `TcpStream::connect`; `connect(2)`.
  public init(connectingTo address: SocketAddress) throws(IOError) {
    self = try TCPSocket(for: address).connect(to: address)
  }

  /// Takes over a TCP socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket that is not TCP's. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSocket(adopting: descriptor)
  }

  init(_ socket: consuming OwnedSocket) {
    self.socket = socket
  }

  /// The peer's address.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` before the connection is there, and after it
  ///   has failed.
  /// - SeeAlso: mio 1.2.2 `TcpStream::peer_addr`; `getpeername(2)`.
  public var peerAddress: SocketAddress {
    get throws(IOError) {
      let descriptor = descriptor.rawValue
      return try SocketAddress.ask(.peerAddress) { unsafe c_mio_peer_address(descriptor, &$0) }
    }
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(socket.descriptor, socket.registration)
  }

  /// Ends one direction or both, for all holders of the connection.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected`, or another.
  /// - SeeAlso: mio 1.2.2 `TcpStream::shutdown`; `shutdown(2)`.
  public borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    let how: Int32 =
      switch directions {
      case .read: 0
      case .write: 1
      case .both: 2
      }
    let result = c_mio_shutdown(descriptor.rawValue, how)
    if result < 0 { try IOError.raise(result, .shutdown) }
  }

  /// Gives the descriptor away.
  ///
  /// A stream that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }

  /// Closes the connection.
  ///
  /// Going out of scope does so too, but cannot report an error.
  ///
  /// - Throws: ``IOError`` from `close(2)`; the connection is closed all the same.
  public consuming func close() throws(IOError) {
    try socket.close()
  }
}
