public import MioCore

/// A TCP connection.
///
/// Reading and writing work on a borrowed value, so that one thread can read while another thread
/// writes. The connection is closed when the value goes out of scope.
///
/// - SeeAlso: mio 1.2.2 `net::TcpStream`, `tcp(7)`.
public struct TCPStream: StreamSocket, ~Copyable, Sendable {
  /// The type of the addresses: IP addresses with ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// Starts connecting to an address, and returns before the connection is established.
  ///
  /// Register the stream for writing, and call ``finishConnect()`` when it becomes writable.
  ///
  /// - Parameter address: The address to connect to.
  /// - Throws: ``IOError`` for a failure that the system reports immediately:
  ///   `.networkUnreachable`, `.addressNotAvailable` (also if the system has no free port for the
  ///   stream), `.tooManyOpenFiles`, on some systems even `.connectionRefused`.
  /// - SeeAlso: mio 1.2.2 `TcpStream::connect`; `connect(2)`.
  public init(connectingTo address: SocketAddress) throws(IOError) {
    self = try TCPSocket(connecting: address.version).connect(to: address)
  }

  /// Takes ownership of an existing TCP socket.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket that is not a TCP socket. If it throws, the caller keeps the descriptor.
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

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered stream before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
