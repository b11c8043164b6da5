public import MioCore

/// A UDP socket.
///
/// Sending and receiving work on a borrowed value, so that one thread can receive while another
/// thread sends. A socket can send without a call of ``AddressedSocket/bind(to:)``: the system then
/// binds it to a free port.
///
///     let socket = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 9000))
///     while let message = try socket.receive(into: &buffer) {
///       …
///     }
///
/// ## Errors that belong to an earlier message
///
/// If no socket receives a message, the answer (an ICMP message) makes the next operation of a
/// *connected* socket fail with `.connectionRefused`. An event reports the socket as readable, and
/// on some systems, such as Linux, also with `isError`. The socket continues to work. On Windows
/// Mio disables these errors: see ``SocketOption/reportsUnreachable``.
///
/// - SeeAlso: mio 1.2.2 `net::UdpSocket`; `udp(7)`.
public struct UDPSocket: AddressedSocket, ~Copyable, Sendable {
  /// The type of the addresses: IP addresses with ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket that is not bound, for options that must be set before it is bound.
  ///
  /// The socket is close-on-exec and non-blocking. ``SocketOption/onlyV6`` is off, except on
  /// OpenBSD.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or
  ///   `.addressFamilyNotSupported` if the system does not support the IP version.
  /// - SeeAlso: `socket(2)`.
  public init(_ version: IPVersion) throws(IOError) {
    socket = try OwnedSource.internet(version == .v4 ? .udp4 : .udp6, version)
  }

  /// Creates a socket for the IP version of an address, which is not bound.
  ///
  /// - Throws: ``IOError``, as ``init(_:)``.
  public init(for address: SocketAddress) throws(IOError) {
    try self.init(address.version)
  }

  /// Creates a socket that is bound to an address.
  ///
  /// `SO_REUSEADDR` is not set, because sockets with it share a port on Linux and Windows. At the
  /// unspecified IPv6 address, `[::]`, the socket also receives IPv4, except on OpenBSD.
  ///
  /// - Parameter address: The address. With port 0 the system chooses a free port.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`,
  ///   `.permissionDenied`, or another.
  /// - SeeAlso: mio 1.2.2 `UdpSocket::bind`; `bind(2)`.
  public init(bindingTo address: SocketAddress) throws(IOError) {
    let unbound = try UDPSocket(for: address)
    try unbound.bind(to: address)
    self = unbound
  }

  /// Takes ownership of an existing UDP socket.
  ///
  /// The socket becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for
  ///   a socket that is not a UDP socket. If it throws, the caller keeps the descriptor.
  public init(adopting descriptor: Descriptor) throws(IOError) {
    socket = try OwnedSource(adopting: descriptor, .udp4, or: .udp6)
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
