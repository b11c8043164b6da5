public import MioCore

/// A Unix socket for datagrams.
///
/// On Linux nothing is lost: when the receiver's queue is full, sending would block. A poll says only of
/// a socket with a peer when it can go on. Apple's systems and the BSDs throw `.outOfMemory` (`ENOBUFS`)
/// instead, and nothing says when there is room again.
///
/// - SeeAlso: mio 1.2.2 `net::UnixDatagram`; `unix(7)`.
public struct UnixDatagram: AddressedSocket, UnixPeer, ~Copyable, Sendable {
  /// Unix sockets are named by paths, abstract names, or not at all.
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

  /// Creates a socket with an address of its own.
  ///
  /// Binding to a path makes a file, which is not removed when the socket goes away, and before only on demand.
  ///
  /// - Parameters:
  ///   - address: The address; ``UnixAddress/unnamed`` asks Linux for a free abstract name, and is `.invalidArgument` elsewhere.
  ///   - replacingStaleFile: As ``UnixListener/init(bindingTo:backlog:replacingStaleFile:)``.
  /// - Throws: ``IOError`` with the kind `.addressInUse` (the file exists, or the name is taken),
  ///   `.notFound` (no such folder), `.permissionDenied`, or another.
  /// - SeeAlso: mio 1.2.2 `UnixDatagram::bind_addr`; `bind(2)`.
  public init(bindingTo address: UnixAddress, replacingStaleFile: Bool = false) throws(IOError) {
    let socket = try OwnedSource(creating: .unixDatagram)
    try socket.bind(to: address, as: .unixDatagram, replacingStaleFile: replacingStaleFile)
    self.socket = socket
  }

  /// Takes over a socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .unixDatagram)
  }

  init(_ socket: consuming OwnedSource) {
    self.socket = socket
  }

  /// Creates two sockets that are connected with each other and have no names.
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

  /// Gives the descriptor away.
  ///
  /// A socket that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
