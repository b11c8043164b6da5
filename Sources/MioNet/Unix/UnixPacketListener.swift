public import MioCore

/// A Unix socket that accepts connections for packets in order.
///
/// Linux, FreeBSD, OpenBSD and NetBSD have such sockets; elsewhere creating one throws `.unsupported`.
/// What ``UnixListener`` says of files holds here too.
///
/// - SeeAlso: `SOCK_SEQPACKET` in `unix(7)`. mio 1.2.2 has nothing like it.
public struct UnixPacketListener: ListenerSocket, ~Copyable, Sendable {
  /// Unix sockets are named by paths, abstract names, or not at all.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a listener at an address.
  ///
  /// - Parameters:
  ///   - address: Where to listen; ``UnixAddress/unnamed`` asks Linux for a free abstract name, and is `.invalidArgument` elsewhere.
  ///   - backlog: How many connections may wait to be accepted.
  ///   - replacingStaleFile: As ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
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

  /// Takes over a listening socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixPacket)
  }

  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection, `nil` if none waits: the listener is drained.
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

  /// Gives the descriptor away.
  ///
  /// A listener that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
