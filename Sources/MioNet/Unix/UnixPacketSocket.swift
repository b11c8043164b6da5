public import MioCore

/// A connection between Unix sockets for packets: whole messages, in order, none lost.
///
/// Linux, FreeBSD, OpenBSD and NetBSD have such sockets; elsewhere creating one throws `.unsupported`.
/// The end of the connection is received as a message of no bytes; do not send such.
///
/// - SeeAlso: `SOCK_SEQPACKET` in `unix(7)`. mio 1.2.2 has nothing like it.
public struct UnixPacketSocket: MessageSocket, UnixPeer, ~Copyable, Sendable {
  /// Unix sockets are named by paths, abstract names, or not at all.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Connects to a listener.
  ///
  /// It is `nil` when the listener's backlog is full, on Linux; elsewhere as ``UnixStream/init(connectingTo:)``.
  ///
  /// - Parameter address: Where the listener is.
  /// - Throws: ``IOError``, as ``UnixStream/init(connectingTo:)``.
  /// - SeeAlso: `connect(2)`, `EAGAIN`.
  public init?(connectingTo address: UnixAddress) throws(IOError) {
    let socket = try OwnedSource(creating: .unixPacket)
    if try socket.descriptor.isBacklogFull(at: address) { return nil }
    self.socket = socket
  }

  /// Takes over a connection from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixPacket)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Creates two sockets that are connected with each other and have no names.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: `socketpair(2)`.
  public static func pair() throws(IOError) -> ConnectedPair<UnixPacketSocket> {
    let ends = try ConnectedPair(creating: .unixPacket)
    return ConnectedPair<UnixPacketSocket>(
      first: UnixPacketSocket(ends.first), second: UnixPacketSocket(ends.second))
  }

  /// Receives one message over the start of `buffer`.
  ///
  /// - Returns: How long it is, and whether it was cut; `nil` if receiving would block.
  /// - Throws: ``IOError``.
  /// - SeeAlso: `recvmsg(2)`.
  @inlinable
  public borrowing func receive(
    into buffer: inout MutableSpan<UInt8>
  ) throws(IOError) -> ReceivedMessage<UnixAddress>? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe receive(into: UnsafeMutableRawBufferPointer(bytes))
    }
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
  /// A connection that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
