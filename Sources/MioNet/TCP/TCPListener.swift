import CMioSocket
public import MioCore

/// A socket that accepts TCP connections.
///
///     while let stream = try listener.accept() {
///       …
///     }
///
/// ## When descriptors run out
///
/// If the process has no descriptor left, ``accept()`` throws `.tooManyOpenFiles`, and the
/// connection keeps waiting. With edge triggering the listener reports nothing until the next
/// connection arrives, so the program does not spin. However, no event reports that descriptors are
/// free again. With one-shot triggering no event comes at all. Therefore record that the listener
/// is not drained, and `reregister` it after closing a descriptor, which counts as an edge. With
/// level triggering, deregister the listener until then. A ``DescriptorReserve`` rejects the
/// waiting connections instead.
///
/// - SeeAlso: mio 1.2.2 `net::TcpListener`, `tcp(7)`.
public struct TCPListener: ListenerSocket, ~Copyable, Sendable {
  /// The type of the addresses: IP addresses with ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// The default backlog: as many connections as the system allows, up to 4096.
  public static var defaultBacklog: Int32 { 4096 }

  /// Creates a listener at an address.
  ///
  /// The listener can bind to a port whose last connections are still ending: `SO_REUSEADDR` is
  /// set, except on Windows, which allows this without the option. At the unspecified IPv6 address,
  /// `[::]`, the listener also accepts IPv4 on every system except OpenBSD, which does not support
  /// that. For a listener that accepts only IPv6, make a ``TCPSocket`` and set
  /// ``SocketOption/onlyV6``.
  ///
  /// - Parameters:
  ///   - address: The address to listen at. With port 0 the system chooses a free port, which
  ///     ``Socket/localAddress`` returns.
  ///   - backlog: The maximum number of connections that wait to be accepted.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`,
  ///   `.permissionDenied`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: mio 1.2.2 `TcpListener::bind`; `bind(2)`, `listen(2)`.
  public init(
    bindingTo address: SocketAddress, backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) {
    let socket = try TCPSocket(for: address)
    try socket.bind(to: address)
    self = try socket.listen(backlog: backlog)
  }

  /// Takes ownership of an existing listening socket.
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
  /// Deregister a registered listener before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}

// MARK: - Accepting

extension TCPListener: StreamListener {
  /// The function that calls ``accept()``.
  @inlinable
  public static var acceptFunction: AcceptFunction<TCPListener, TCPStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}

extension TCPListener {
  /// Accepts the connection that has waited longest.
  ///
  /// The stream is close-on-exec and non-blocking. The call skips connections that failed while
  /// they waited. It does not query the address of the peer, which is cheaper: see
  /// ``acceptWithAddress()``.
  ///
  /// - Returns: The connection; `nil` if no connection waits, and the listener is drained.
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or another from
  ///   `accept(2)`. After the first two the connection still waits, and the listener is not drained
  ///   (see above).
  /// - SeeAlso: mio 1.2.2 `TcpListener::accept`; `accept4(2)`.
  public borrowing func accept() throws(IOError) -> TCPStream? {
    guard let accepted = try acceptOne() else { return nil }
    return TCPStream(accepted)
  }

  /// Accepts the connection that has waited longest, and returns the address of its peer.
  ///
  /// - Returns: The connection and the address of its peer; `nil` if no connection waits.
  /// - Throws: ``IOError``, as ``accept()``.
  public borrowing func acceptWithAddress() throws(IOError) -> AcceptedConnection? {
    var peer = c_mio_name()
    guard let accepted = try acceptOne(naming: &peer) else { return nil }
    guard let address = SocketAddress(GenericAddress(peer)) else {
      throw IOError(.addressFamilyNotSupported, operation: .accept)
    }
    return AcceptedConnection(stream: TCPStream(accepted), address: address)
  }
}

/// An accepted connection and the address of its peer.
@frozen
public struct AcceptedConnection: ~Copyable, Sendable {
  /// The connection.
  public var stream: TCPStream

  /// The address of the peer.
  public let address: SocketAddress

  init(stream: consuming TCPStream, address: SocketAddress) {
    self.stream = stream
    self.address = address
  }
}
