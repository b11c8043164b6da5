import CMioSocket
public import MioCore

/// A socket of any family, type and protocol, for sockets that have no type of their own.
///
///     let socket = try GenericSocket(family: AF_VSOCK, type: Int32(SOCK_STREAM.rawValue))
///     try socket.connect(to: address)
///
/// Each system has its own families and its own names of types; the example uses those of Linux.
/// The system refuses an operation that the family does not support. A socket whose type is a
/// stream is a ``ByteStream``. A connect may still be in progress when
/// ``AddressedSocket/connect(to:)`` returns. Call ``finishConnect()`` when the socket is writable:
/// it returns the state of the connect.
///
/// - SeeAlso: `socket(2)`, and the manuals of the families: `vsock(7)`, `netlink(7)`, `packet(7)`,
///   `raw(7)`.
public struct GenericSocket: AddressedSocket, ListenerSocket, ~Copyable, Sendable {
  /// The type of the addresses, which holds the address of any family.
  public typealias Address = GenericAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket.
  ///
  /// The socket is close-on-exec and non-blocking.
  ///
  /// - Parameters:
  ///   - family: The address family, such as `AF_VSOCK`.
  ///   - type: The type, such as `SOCK_STREAM`.
  ///   - protocol: A protocol of the family; 0 for its default protocol.
  /// - Throws: ``IOError`` with the kind `.addressFamilyNotSupported`, `.unsupported`,
  ///   `.permissionDenied`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: `socket(2)`.
  public init(family: Int32, type: Int32, protocol: Int32 = 0) throws(IOError) {
    socket = try OwnedSource(owning: c_mio_create_by_number(family, type, `protocol`), .create)
  }

  /// Takes ownership of an existing socket of any kind.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor` or `.notSocket`. If it throws, the
  ///   caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adoptingAny: descriptor)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Makes the socket accept connections.
  ///
  /// - Parameter backlog: The maximum number of connections that wait to be accepted.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.unsupported`, or another.
  /// - SeeAlso: `listen(2)`.
  public borrowing func listen(backlog: Int32 = TCPListener.defaultBacklog) throws(IOError) {
    try changingReadiness { descriptor throws(IOError) in try descriptor.listen(backlog: backlog) }
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection; `nil` if no connection waits.
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

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered socket before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}

extension GenericSocket: StreamListener {
  /// The function that calls ``accept()``.
  @inlinable
  public static var acceptFunction: AcceptFunction<GenericSocket, GenericSocket> {
    AcceptFunction { listener throws(IOError) in try listener.accept() }
  }
}
