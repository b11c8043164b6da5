public import MioCore

/// A connection between Unix sockets for packets: whole messages in order, without loss.
///
/// Linux, FreeBSD, OpenBSD and NetBSD have such sockets. On other systems creating one throws
/// `.unsupported`. At the end of file a receive returns an empty message, so do not send empty
/// messages.
///
/// - SeeAlso: `SOCK_SEQPACKET` in `unix(7)`. mio 1.2.2 has no counterpart.
public struct UnixPacketSocket: MessageSocket, UnixPeer, ~Copyable, Sendable {
  /// The type of the addresses: paths, abstract names, or no name.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Connects to a listener.
  ///
  /// On Linux the result is `nil` if the backlog of the listener is full. Other systems behave as
  /// in ``UnixStream/init(connectingTo:)``.
  ///
  /// - Parameter address: The address of the listener.
  /// - Throws: ``IOError``, as ``UnixStream/init(connectingTo:)``.
  /// - SeeAlso: `connect(2)`, `EAGAIN`.
  public init?(connectingTo address: UnixAddress) throws(IOError) {
    let socket = try OwnedSource(creating: .unixPacket)
    if try socket.descriptor.isBacklogFull(at: address) { return nil }
    self.socket = socket
  }

  /// Takes ownership of an existing connection.
  ///
  /// The connection becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket of another kind. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixPacket)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Creates two sockets that are connected to each other and have no names.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: `socketpair(2)`.
  public static func pair() throws(IOError) -> ConnectedPair<UnixPacketSocket> {
    let ends = try ConnectedPair(creating: .unixPacket)
    return ConnectedPair<UnixPacketSocket>(
      first: UnixPacketSocket(ends.first), second: UnixPacketSocket(ends.second))
  }

  /// Receives one message into the start of `buffer`.
  ///
  /// - Returns: The length, and whether the message was truncated; `nil` if receiving would block.
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

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered connection before the call.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
