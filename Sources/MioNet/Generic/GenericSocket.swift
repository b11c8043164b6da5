import CMioSocket
public import MioCore

/// A socket of any family, type and protocol: for those that have no type of their own.
///
///     let socket = try GenericSocket(family: AF_VSOCK, type: Int32(SOCK_STREAM.rawValue))
///     try socket.connect(to: address)
///
/// Families and the names of types are each system's; these are Linux'. What the family does not know, the system refuses. A socket whose type is a stream is a ``ByteStream``. A
/// connect may still be under way when ``AddressedSocket/connect(to:)`` returns: once the socket is writable,
/// ``finishConnect()`` tells how it went.
///
/// - SeeAlso: `socket(2)`, and the manuals of the families: `vsock(7)`, `netlink(7)`, `packet(7)`, `raw(7)`.
public struct GenericSocket: AddressedSocket, ListenerSocket, ~Copyable, Sendable {
  /// The sockets are named by what their family has.
  public typealias Address = GenericAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket.
  ///
  /// It is close-on-exec and non-blocking.
  ///
  /// - Parameters:
  ///   - family: Such as `AF_VSOCK`.
  ///   - type: Such as `SOCK_STREAM`.
  ///   - protocol: One of the family's; 0 for the usual one.
  /// - Throws: ``IOError`` with the kind `.addressFamilyNotSupported`, `.unsupported`,
  ///   `.permissionDenied`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: `socket(2)`.
  public init(family: Int32, type: Int32, protocol: Int32 = 0) throws(IOError) {
    socket = try OwnedSource(owning: c_mio_create_by_number(family, type, `protocol`), .create)
  }

  /// Takes over a socket of any kind from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor` or `.notSocket`. The descriptor stays the
  ///   caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adoptingAny: descriptor)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Makes the socket accept connections.
  ///
  /// - Parameter backlog: How many connections may wait to be accepted.
  /// - Throws: ``IOError``, `.addressInUse` or `.unsupported` among others.
  /// - SeeAlso: `listen(2)`.
  public borrowing func listen(backlog: Int32 = TCPListener.defaultBacklog) throws(IOError) {
    try changingReadiness { descriptor throws(IOError) in try descriptor.listen(backlog: backlog) }
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection, `nil` if none waits.
  /// - Throws: ``IOError``, as ``TCPListener/accept()``.
  /// - SeeAlso: `accept4(2)`.
  public borrowing func accept() throws(IOError) -> GenericSocket? {
    guard let accepted = try acceptOne() else { return nil }
    return GenericSocket(accepted)
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

extension GenericSocket: StreamListener {
  /// Calls ``accept()``.
  @inlinable
  public static var acceptFunction: AcceptFunction<GenericSocket, GenericSocket> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}
