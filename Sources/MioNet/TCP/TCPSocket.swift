public import MioCore

/// A TCP socket that neither listens nor is connected yet, for options that must be set before it
/// listens or connects.
///
///     let socket = try TCPSocket(.v4)
///     try socket.set(.reusePort, to: true)
///     try socket.bind(to: address)
///     let listener = try socket.listen()
///
/// If no options are needed, use ``TCPListener/init(bindingTo:backlog:)`` and
/// ``TCPStream/init(connectingTo:)``, which need only one step.
public struct TCPSocket: Socket, ~Copyable, Sendable {
  /// The type of the addresses: IP addresses with ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket.
  ///
  /// The socket is close-on-exec and non-blocking. ``SocketOption/reuseAddress`` is on, except on
  /// Windows. ``SocketOption/onlyV6`` is off, except on OpenBSD.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or
  ///   `.addressFamilyNotSupported` if the system does not support the IP version.
  /// - SeeAlso: `socket(2)`.
  public init(_ version: IPVersion) throws(IOError) {
    let socket = try TCPSocket(connecting: version)
    try socket.socket.allowRebinding()
    self = socket
  }

  /// Creates a socket whose address the system chooses when it connects.
  init(connecting version: IPVersion) throws(IOError) {
    socket = try OwnedSource.internet(version == .v4 ? .tcp4 : .tcp6, version)
  }

  /// Creates a socket for the IP version of an address.
  ///
  /// - Throws: ``IOError``, as ``init(_:)``.
  public init(for address: SocketAddress) throws(IOError) {
    try self.init(address.version)
  }

  /// Binds the socket to an address.
  ///
  /// On Windows no other socket can then bind to the address (`SO_EXCLUSIVEADDRUSE`), unless
  /// ``SocketOption/reuseAddress`` is on.
  ///
  /// - Parameter address: The address. With port 0 the system chooses a free port.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`,
  ///   `.permissionDenied` (ports below 1024, on most systems), `.invalidArgument` (already bound),
  ///   or another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(to address: SocketAddress) throws(IOError) {
    try socket.excludeOthers()
    try descriptor.bind(to: address)
  }

  /// Makes the socket a listener.
  ///
  /// - Parameter backlog: The maximum number of connections that wait to be accepted. The system
  ///   has its own limit (Linux `net.core.somaxconn`, 4096 since 5.4; 128 by default on Apple's
  ///   systems and the BSDs).
  /// - Returns: The listener.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, or another. If it throws, the socket is
  ///   closed.
  /// - SeeAlso: `listen(2)`.
  public consuming func listen(
    backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) -> TCPListener {
    try changingReadiness { descriptor throws(IOError) in try descriptor.listen(backlog: backlog) }
    return TCPListener(socket)
  }

  /// Starts connecting to an address.
  ///
  /// The returned stream is usually not connected yet.
  ///
  /// - Throws: ``IOError``, as ``TCPStream/init(connectingTo:)``. If it throws, the socket is
  ///   closed.
  /// - SeeAlso: `connect(2)`.
  public consuming func connect(to address: SocketAddress) throws(IOError) -> TCPStream {
    try changingReadiness { descriptor throws(IOError) in try descriptor.connect(to: address) }
    return TCPStream(socket)
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

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered socket before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }

  /// Lends the descriptor and its registration state.
  @inlinable
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(socket.descriptor, socket.registration)
  }
}
