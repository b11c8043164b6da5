public import MioCore

/// A Unix stream socket that neither listens nor is connected yet: for options that must be set before, and
/// for a client with a name.
///
///     let socket = try UnixSocket()
///     try socket.bind(to: UnixAddress(abstract: "client"))
///     let stream = try socket.connect(to: server)
///
/// Abstract names are Linux'; elsewhere a client takes a path. Where neither is needed,
/// ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)`` and ``UnixStream/init(connectingTo:)`` do it in one step.
public struct UnixSocket: Socket, ~Copyable, Sendable {
  /// Unix sockets are named by paths, abstract names, or not at all.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket.
  ///
  /// It is close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: `socket(2)`.
  public init() throws(IOError) {
    socket = try OwnedSource(creating: .unixStream)
  }

  /// Takes over a socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixStream)
  }

  /// Gives the socket its own address.
  ///
  /// Binding to a path makes a file, which is not removed when the socket goes away, and before only on demand.
  ///
  /// - Parameters:
  ///   - address: The address; ``UnixAddress/unnamed`` asks Linux for a free abstract name, and is `.invalidArgument` elsewhere.
  ///   - replacingStaleFile: As ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
  /// - Throws: ``IOError`` with the kind `.addressInUse` (the file exists, or the name is taken),
  ///   `.notFound` (no such folder), `.permissionDenied`, `.invalidArgument` (bound already), or another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(
    to address: UnixAddress, replacingStaleFile: Bool = false
  ) throws(IOError) {
    try socket.bind(to: address, as: .unixStream, replacingStaleFile: replacingStaleFile)
  }

  /// Makes the socket a listener.
  ///
  /// - Parameter backlog: How many connections may wait to be accepted.
  /// - Returns: The listener.
  /// - Throws: ``IOError``, `.invalidArgument` for a socket without a name. The socket is closed then.
  /// - SeeAlso: `listen(2)`.
  public consuming func listen(
    backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) -> UnixListener {
    try changingReadiness { descriptor throws(IOError) in try descriptor.listen(backlog: backlog) }
    return UnixListener(socket)
  }

  /// Connects to a listener.
  ///
  /// - Returns: The stream; `nil` when the listener's backlog is full, on Linux, and the socket is closed then.
  /// - Throws: ``IOError``, as ``UnixStream/init(connectingTo:)``. The socket is closed then.
  /// - SeeAlso: `connect(2)`.
  public consuming func connect(to address: UnixAddress) throws(IOError) -> UnixStream? {
    let isFull = try changingReadiness { descriptor throws(IOError) in
      try descriptor.isBacklogFull(at: address)
    }
    if isFull { return nil }
    return UnixStream(socket)
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
  /// A socket that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
