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
public struct TCPSocket: Socket, ~Copyable, Sendable {
  /// TCP sockets are named by IP addresses and ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket.
  ///
  /// It is close-on-exec and non-blocking. ``SocketOption/reuseAddress`` is on, except on Windows.
  /// ``SocketOption/onlyV6`` is off, except on OpenBSD.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or
  ///   `.addressFamilyNotSupported` where the system has no such IP version.
  /// - SeeAlso: `socket(2)`.
  public init(_ version: IPVersion) throws(IOError) {
    let socket = try TCPSocket(connecting: version)
    try socket.socket.allowRebinding()
    self = socket
  }

  /// Creates a socket that the system will give its address.
  init(connecting version: IPVersion) throws(IOError) {
    socket = try OwnedSource.internet(version == .v4 ? .tcp4 : .tcp6, version)
  }

  /// Creates a socket that suits an address.
  ///
  /// - Throws: As ``init(_:)``.
  public init(for address: SocketAddress) throws(IOError) {
    try self.init(address.version)
  }

  /// Gives the socket its own address.
  ///
  /// On Windows nobody else can have it then (`SO_EXCLUSIVEADDRUSE`), unless ``SocketOption/reuseAddress`` is on.
  ///
  /// - Parameter address: The address; port 0 asks the system for a free one.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`
  ///   (ports below 1024, on most systems), `.invalidArgument` (bound already), or another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(to address: SocketAddress) throws(IOError) {
    try socket.excludeOthers()
    try descriptor.bind(to: address)
  }

  /// Makes the socket a listener.
  ///
  /// - Parameter backlog: How many connections may wait to be accepted; the system has a limit of its
  ///   own (Linux `net.core.somaxconn`, 4096 since 5.4; 128 by default on Apple's systems and the BSDs).
  /// - Returns: The listener.
  /// - Throws: ``IOError``, `.addressInUse` among others. The socket is closed then.
  /// - SeeAlso: `listen(2)`.
  public consuming func listen(
    backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) -> TCPListener {
    try changingReadiness { descriptor throws(IOError) in try descriptor.listen(backlog: backlog) }
    return TCPListener(socket)
  }

  /// Begins to connect.
  ///
  /// The stream that it returns is usually not connected yet.
  ///
  /// - Throws: ``IOError`` as ``TCPStream/init(connectingTo:)``. The socket is closed then.
  /// - SeeAlso: `connect(2)`.
  public consuming func connect(to address: SocketAddress) throws(IOError) -> TCPStream {
    try changingReadiness { descriptor throws(IOError) in try descriptor.connect(to: address) }
    return TCPStream(socket)
  }

  /// Takes over a TCP socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket that is not TCP's. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .tcp4, or: .tcp6)
  }

  /// Gives the descriptor away.
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
