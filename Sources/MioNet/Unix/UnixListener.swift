import CMioSocket
public import MioCore

/// A Unix socket that accepts connections.
///
/// Binding to a path makes a file, which is not removed when the listener goes away, and before only on demand: a
/// file that is there already is an error. What ``TCPListener`` says of descriptors that run out holds
/// here too.
///
/// - SeeAlso: mio 1.2.2 `net::UnixListener`; `unix(7)`.
public struct UnixListener: ListenerSocket, ~Copyable, Sendable {
  /// Unix sockets are named by paths, abstract names, or not at all.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a listener at an address.
  ///
  /// - Parameters:
  ///   - address: Where to listen; ``UnixAddress/unnamed`` asks Linux for a free abstract name.
  ///   - backlog: How many connections may wait to be accepted.
  ///   - replacingStaleFile: Whether a file that is there is removed, if it is a socket's and nobody serves
  ///     it. Connecting finds that out; a file that is no socket's, a link, and one that somebody serves,
  ///     stay. A socket that is bound and does not listen yet is not told from one that is gone, so programs
  ///     that begin at the same time can take the address from each other: lock a file beside it against
  ///     that. Unsupported on Windows.
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

  /// Takes over a listening socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixStream)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection, `nil` if none waits: the listener is drained.
  /// - Throws: ``IOError``, as ``TCPListener/accept()``.
  /// - SeeAlso: mio 1.2.2 `UnixListener::accept`; `accept4(2)`.
  public borrowing func accept() throws(IOError) -> UnixStream? {
    guard let accepted = try acceptOne() else { return nil }
    return UnixStream(accepted)
  }

  /// Accepts the connection that has waited longest, and says what its peer is called.
  ///
  /// Most clients have no name.
  ///
  /// - Returns: The connection and its peer's address, `nil` if none waits.
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

  /// Gives the descriptor away.
  ///
  /// A listener that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}

extension UnixListener: StreamListener {
  /// Calls ``accept()``.
  @inlinable
  public static var acceptFunction: AcceptFunction<UnixListener, UnixStream> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}

/// An accepted connection and what its peer is called.
@frozen
public struct AcceptedUnixConnection: ~Copyable, Sendable {
  /// The connection.
  public var stream: UnixStream

  /// The peer's address.
  public let address: UnixAddress

  init(stream: consuming UnixStream, address: UnixAddress) {
    self.stream = stream
    self.address = address
  }
}
