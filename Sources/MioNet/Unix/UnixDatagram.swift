public import MioCore

/// A Unix socket for datagrams.
///
/// On Linux no datagram is lost: if the queue of the receiver is full, sending would block. If the
/// socket has a peer, a poll reports when sending can continue. Apple's systems and the BSDs throw
/// `.outOfMemory` (`ENOBUFS`) instead, and no event reports when the queue has space again.
///
/// - SeeAlso: mio 1.2.2 `net::UnixDatagram`; `unix(7)`.
public struct UnixDatagram: AddressedSocket, UnixPeer, ~Copyable, Sendable {
  /// The type of the addresses: paths, abstract names, or no name.
  public typealias Address = UnixAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket without a name, which can send.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: mio 1.2.2 `UnixDatagram::unbound`; `socket(2)`.
  public init() throws(IOError) {
    socket = try OwnedSource(creating: .unixDatagram)
  }

  /// Creates a socket that is bound to an address.
  ///
  /// Binding to a path creates a file. Closing the socket does not remove the file. Binding
  /// replaces an existing file only on request.
  ///
  /// - Parameters:
  ///   - address: The address. With ``UnixAddress/unnamed`` Linux chooses a free abstract name, and
  ///     other systems throw `.invalidArgument`.
  ///   - replacingStaleFile: As in ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
  /// - Throws: ``IOError`` with the kind `.addressInUse` (the file exists, or the name is taken),
  ///   `.notFound` (no such folder), `.permissionDenied`, or another.
  /// - SeeAlso: mio 1.2.2 `UnixDatagram::bind_addr`; `bind(2)`.
  public init(bindingTo address: UnixAddress, replacingStaleFile: Bool = false) throws(IOError) {
    let socket = try OwnedSource(creating: .unixDatagram)
    try socket.bind(to: address, as: .unixDatagram, replacingStaleFile: replacingStaleFile)
    self.socket = socket
  }

  /// Takes ownership of an existing socket.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket of another kind. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixDatagram)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Creates two sockets that are connected to each other and have no names.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  /// - SeeAlso: mio 1.2.2 `UnixDatagram::pair`; `socketpair(2)`.
  public static func pair() throws(IOError) -> ConnectedPair<UnixDatagram> {
    let ends = try ConnectedPair(creating: .unixDatagram)
    return ConnectedPair<UnixDatagram>(
      first: UnixDatagram(ends.first), second: UnixDatagram(ends.second))
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
