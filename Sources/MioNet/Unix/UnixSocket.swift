public import MioCore

/// A Unix stream socket that neither listens nor is connected yet.
///
/// Use it for options that must be set before it listens or connects, and for a client with a name:
///
///     let socket = try UnixSocket()
///     try socket.bind(to: UnixAddress(abstract: "client"))
///     let stream = try socket.connect(to: server)
///
/// Only Linux has abstract names. On other systems a client binds to a path. If no options and no
/// name are needed, use ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)`` and
/// ``UnixStream/init(connectingTo:)``, which need only one step.
public struct UnixSocket: Socket, ~Copyable, Sendable {
  /// The type of the addresses: paths, abstract names, or no name.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket.
  ///
  /// The socket is close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: `socket(2)`.
  public init() throws(IOError) {
    socket = try OwnedSource(creating: .unixStream)
  }

  /// Takes ownership of an existing socket.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket of another kind. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixStream)
  }

  /// Binds the socket to an address.
  ///
  /// Binding to a path creates a file. Closing the socket does not remove the file. Binding
  /// replaces an existing file only on request.
  ///
  /// - Parameters:
  ///   - address: The address. With ``UnixAddress/unnamed`` Linux chooses a free abstract name, and
  ///     other systems throw `.invalidArgument`.
  ///   - replacingStaleFile: As in ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
  /// - Throws: ``IOError`` with the kind `.addressInUse` (the file exists, or the name is taken),
  ///   `.notFound` (no such folder), `.permissionDenied`, `.invalidArgument` (already bound), or
  ///   another.
  /// - SeeAlso: `bind(2)`.
  public borrowing func bind(
    to address: UnixAddress, replacingStaleFile: Bool = false
  ) throws(IOError) {
    try socket.bind(to: address, as: .unixStream, replacingStaleFile: replacingStaleFile)
  }

  /// Makes the socket a listener.
  ///
  /// - Parameter backlog: The maximum number of connections that wait to be accepted.
  /// - Returns: The listener.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for a socket without a name, or
  ///   another. If it throws, the socket is closed.
  /// - SeeAlso: `listen(2)`.
  public consuming func listen(
    backlog: Int32 = TCPListener.defaultBacklog
  ) throws(IOError) -> UnixListener {
    try changingReadiness { descriptor throws(IOError) in try descriptor.listen(backlog: backlog) }
    return UnixListener(socket)
  }

  /// Connects to a listener.
  ///
  /// - Returns: The stream; on Linux `nil` if the backlog of the listener is full, and the socket
  ///   is closed.
  /// - Throws: ``IOError``, as ``UnixStream/init(connectingTo:)``. If it throws, the socket is
  ///   closed.
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

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered socket before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
