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
/// ``accept()`` throws `.tooManyOpenFiles` then, and the connection keeps waiting. With edge
/// triggering nothing happens until the next connection arrives, so nothing spins; but no event comes
/// just because descriptors are free again (with one-shot triggering none at all). So remember that the listener is not drained, and after
/// closing something `reregister` it, which counts as an edge. With level triggering, deregister it
/// until then. ``DescriptorReserve`` is for those who would rather turn connections away.
///
/// - SeeAlso: mio 1.2.2 `net::TcpListener`, `tcp(7)`.
public struct TCPListener: ListenerSocket, ~Copyable, Sendable {
  /// Listeners are named by IP addresses and ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// How many connections may wait by default: as many as the system allows, up to 4096.
  public static var defaultBacklog: Int32 { 4096 }

  /// Creates a listener at an address.
  ///
  /// It may listen at a port whose last connections are not quite over: `SO_REUSEADDR` is set, except on
  /// Windows, which allows that anyway. At the unspecified IPv6 address, `[::]`, it accepts IPv4 as well, on
  /// every system but OpenBSD, which cannot do that. For IPv6 alone, make a ``TCPSocket`` and set
  /// ``SocketOption/onlyV6``.
  ///
  /// - Parameters:
  ///   - address: Where to listen; port 0 asks the system for a free one, see ``Socket/localAddress``.
  ///   - backlog: How many connections may wait to be accepted.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`,
  ///   `.tooManyOpenFiles`, or another.
  /// - SeeAlso: mio 1.2.2 `TcpListener::bind`; `bind(2)`, `listen(2)`.
  public init(
    bindingTo address: SocketAddress, backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) {
    let socket = try TCPSocket(for: address)
    try socket.bind(to: address)
    self = try socket.listen(backlog: backlog)
  }

  /// Takes over a listening socket from elsewhere; it becomes close-on-exec and non-blocking.
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
  /// A listener that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}

// MARK: - Accepting

extension TCPListener: StreamListener {
  /// Calls ``accept()``.
  @inlinable
  public static var acceptFunction: AcceptFunction<TCPListener, TCPStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}

extension TCPListener {
  /// Accepts the connection that has waited longest.
  ///
  /// The stream is close-on-exec and non-blocking. Connections that died while they waited are passed
  /// over. The peer's address is not asked for, which is cheaper: see ``acceptWithAddress()``.
  ///
  /// - Returns: The connection, `nil` if none waits: the listener is drained.
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`: the connection still
  ///   waits, and the listener is not drained (see above); or another from `accept(2)`.
  /// - SeeAlso: mio 1.2.2 `TcpListener::accept`; `accept4(2)`.
  public borrowing func accept() throws(IOError) -> TCPStream? {
    guard let accepted = try acceptOne() else { return nil }
    return TCPStream(accepted)
  }

  /// Accepts the connection that has waited longest, and says where it comes from.
  ///
  /// - Returns: The connection and its peer's address, `nil` if none waits.
  /// - Throws: As ``accept()``.
  public borrowing func acceptWithAddress() throws(IOError) -> AcceptedConnection? {
    var peer = c_mio_name()
    guard let accepted = try acceptOne(naming: &peer) else { return nil }
    guard let address = SocketAddress(GenericAddress(peer)) else {
      throw IOError(.addressFamilyNotSupported, operation: .accept)
    }
    return AcceptedConnection(stream: TCPStream(accepted), address: address)
  }
}

/// An accepted connection and where it comes from.
@frozen
public struct AcceptedConnection: ~Copyable, Sendable {
  /// The connection.
  public var stream: TCPStream

  /// Where it comes from.
  public let address: SocketAddress

  init(stream: consuming TCPStream, address: SocketAddress) {
    self.stream = stream
    self.address = address
  }
}
