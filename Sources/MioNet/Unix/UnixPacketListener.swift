public import MioCore

/// A Unix socket that accepts connections for packets in order.
///
/// Linux, FreeBSD, OpenBSD and NetBSD have such sockets. On other systems creating one throws
/// `.unsupported`. The files of the socket follow the rules of ``UnixListener``.
///
/// - SeeAlso: `SOCK_SEQPACKET` in `unix(7)`. mio 1.2.2 has no counterpart.
public struct UnixPacketListener: ListenerSocket, ~Copyable, Sendable {
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
  ///   - replacingStaleFile: As in ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
  /// - Throws: ``IOError``, as ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
  /// - SeeAlso: `bind(2)`, `listen(2)`.
  public init(
    bindingTo address: UnixAddress, backlog: Int32 = TCPListener.defaultBacklog,
    replacingStaleFile: Bool = false
  ) throws(IOError) {
    let socket = try OwnedSource(creating: .unixPacket)
    try socket.bind(to: address, as: .unixPacket, replacingStaleFile: replacingStaleFile)
    try socket.descriptor.listen(backlog: backlog)
    self.socket = socket
  }

  /// Takes ownership of an existing listening socket.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket of another kind. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixPacket)
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection; `nil` if no connection waits, and the listener is drained.
  /// - Throws: ``IOError``, as ``TCPListener/accept()``.
  /// - SeeAlso: `accept4(2)`.
  public borrowing func accept() throws(IOError) -> UnixPacketSocket? {
    guard let accepted = try acceptOne() else { return nil }
    return UnixPacketSocket(accepted)
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
