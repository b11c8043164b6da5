import CMioSocket
public import MioCore

/// A Unix socket that accepts connections.
///
/// Binding to a path creates a file. Closing the listener does not remove the file. Binding throws
/// `.addressInUse` if the file exists, unless its replacement is requested. If descriptors run out,
/// the listener behaves as ``TCPListener`` does.
///
/// - SeeAlso: mio 1.2.2 `net::UnixListener`; `unix(7)`.
public struct UnixListener: ListenerSocket, ~Copyable, Sendable {
  /// The type of the addresses: paths, abstract names, or no name.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a listener at an address.
  ///
  /// - Parameters:
  ///   - address: The address to listen at. With ``UnixAddress/unnamed`` Linux chooses a free
  ///     abstract name, and other systems throw `.invalidArgument`.
  ///   - backlog: The maximum number of connections that wait to be accepted.
  ///   - replacingStaleFile: Whether to remove an existing file, if it is the file of a socket and
  ///     no socket serves it. An attempt to connect determines whether a socket serves it. Other
  ///     files and links are never removed. A socket that is bound and does not listen yet looks
  ///     like a socket that no longer exists. Two programs that start at the same time can
  ///     therefore take the address from each other. To prevent this, lock another file next to it.
  ///     Unsupported on Windows.
  /// - Throws: ``IOError`` with the kind `.addressInUse` (the file exists, or the name is taken),
  ///   `.notFound` (no such folder), `.permissionDenied`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: mio 1.2.2 `UnixListener::bind_addr`; `bind(2)`, `listen(2)`.
  public init(
    bindingTo address: UnixAddress, backlog: Int32 = TCPListener.defaultBacklog,
    replacingStaleFile: Bool = false
  ) throws(IOError) {
    let socket = try UnixSocket()
    try socket.bind(to: address, replacingStaleFile: replacingStaleFile)
    self = try socket.listen(backlog: backlog)
  }

  /// Takes ownership of an existing listening socket.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket of another kind. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixStream)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection; `nil` if no connection waits, and the listener is drained.
  /// - Throws: ``IOError``, as ``TCPListener/accept()``.
  /// - SeeAlso: mio 1.2.2 `UnixListener::accept`; `accept4(2)`.
  public borrowing func accept() throws(IOError) -> UnixStream? {
    guard let accepted = try acceptOne() else { return nil }
    return UnixStream(accepted)
  }

  /// Accepts the connection that has waited longest, and returns the address of its peer.
  ///
  /// Most clients have no name.
  ///
  /// - Returns: The connection and the address of its peer; `nil` if no connection waits.
  /// - Throws: ``IOError``, as ``accept()``.
  public borrowing func acceptWithAddress() throws(IOError) -> AcceptedUnixConnection? {
    var peer = c_mio_name()
    guard let accepted = try acceptOne(naming: &peer) else { return nil }
    return AcceptedUnixConnection(
      stream: UnixStream(accepted), address: UnixAddress(GenericAddress(peer)) ?? .unnamed)
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

extension UnixListener: StreamListener {
  /// The function that calls ``accept()``.
  @inlinable
  public static var acceptFunction: AcceptFunction<UnixListener, UnixStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}

/// An accepted connection and the address of its peer.
@frozen
public struct AcceptedUnixConnection: ~Copyable, Sendable {
  /// The connection.
  public var stream: UnixStream

  /// The address of the peer.
  public let address: UnixAddress

  init(stream: consuming UnixStream, address: UnixAddress) {
    self.stream = stream
    self.address = address
  }
}
