import CMioSocket
public import MioCore

/// A TCP socket that neither listens nor is connected yet: for options that must be set before.
///
///     let socket = try TCPSocket(.v4)
///     try socket.set(.reusePort, to: true)
///     try socket.bind(to: address)
///     let listener = try socket.listen()
///
/// Where no options are needed, ``TCPListener/init(bindingTo:backlog:)`` and
/// ``TCPStream/init(connectingTo:)`` do it in one step.
public struct TCPSocket: InternetSocket, ~Copyable, Sendable {
  @usableFromInline
  let socket: OwnedSocket

  /// An IP version.
  @frozen
  public enum Family: Sendable, Hashable {
    /// IPv4.
    case v4
    /// IPv6, and IPv4 through mapped addresses if ``SocketOption/onlyV6`` is off.
    case v6
  }

  /// Creates a socket.
  ///
  /// It is close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or
  ///   `.addressFamilyNotSupported` where the system has no such IP version.
  /// - SeeAlso: `socket(2)`.
  public init(_ family: Family) throws(IOError) {
    socket = try OwnedSocket(owning: c_mio_tcp_create(family == .v4 ? 4 : 6), .create)
  }

  /// Creates a socket that suits an address.
  ///
  /// - Throws: As ``init(_:)``.
  public init(for address: SocketAddress) throws(IOError) {
    switch address.ip {
    case .v4: try self.init(.v4)
    case .v6: try self.init(.v6)
    }
  }

  /// Gives the socket its own address.
  ///
  /// - Parameter address: The address; port 0 asks the system for a free one.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`
  ///   (ports below 1024), `.invalidArgument` (bound already), or another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(to address: SocketAddress) throws(IOError) {
    var record = address.record
    let result = unsafe c_mio_bind(descriptor.rawValue, &record)
    if result < 0 { try IOError.raise(result, .bind) }
  }

  /// Makes the socket a listener.
  ///
  /// - Parameter backlog: How many connections may wait to be accepted; the system has a limit of its
  ///   own (`net.core.somaxconn`).
  /// - Returns: The listener.
  /// - Throws: ``IOError``, `.addressInUse` among others. The socket is closed then.
  /// - SeeAlso: `listen(2)`.
  public consuming func listen(
    backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) -> TCPListener {
    let result = c_mio_listen(descriptor.rawValue, backlog)
    if result < 0 { try IOError.raise(result, .listen) }
    return TCPListener(socket)
  }

  /// Begins to connect.
  ///
  /// The stream that it returns is usually not connected yet.
  ///
  /// - Throws: ``IOError`` as ``TCPStream/init(connectingTo:)``. The socket is closed then.
  /// - SeeAlso: `connect(2)`.
  public consuming func connect(to address: SocketAddress) throws(IOError) -> TCPStream {
    var record = address.record
    let result = unsafe c_mio_connect(descriptor.rawValue, &record)
    if result < 0 { try IOError.raise(result, .connect) }
    return TCPStream(socket)
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(socket.descriptor, socket.registration)
  }
}
