public import MioCore

/// A UDP socket.
///
/// Sending and receiving work on a borrowed value, so that one thread may receive while another sends. A
/// socket sends without being bound: the system binds it to a free port then.
///
///     let socket = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 9000))
///     while let message = try socket.receive(into: &buffer) {
///       …
///     }
///
/// ## Errors that belong to an earlier message
///
/// When a message found nobody, the answer (an ICMP message) makes the next operation of a *connected*
/// socket fail with `.connectionRefused`. An event reports the socket as readable then, and with `isError`
/// where the system says so, as Linux does. The socket goes on working. Windows is asked to say nothing: see
/// ``SocketOption/reportsUnreachable``.
///
/// - SeeAlso: mio 1.2.2 `net::UdpSocket`; `udp(7)`.
public struct UDPSocket: AddressedSocket, ~Copyable, Sendable {
  /// UDP sockets are named by IP addresses and ports.
  public typealias Address = SocketAddress

  @usableFromInline
  let socket: OwnedSource

  /// Creates a socket that is not bound: for options that must be set before.
  ///
  /// It is close-on-exec and non-blocking. ``SocketOption/onlyV6`` is off, except on OpenBSD.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or
  ///   `.addressFamilyNotSupported` where the system has no such IP version.
  /// - SeeAlso: `socket(2)`.
  public init(_ version: IPVersion) throws(IOError) {
    socket = try OwnedSource.internet(version == .v4 ? .udp4 : .udp6, version)
  }

  /// Creates a socket that suits an address, and is not bound.
  ///
  /// - Throws: As ``init(_:)``.
  public init(for address: SocketAddress) throws(IOError) {
    try self.init(address.version)
  }

  /// Creates a socket with an address of its own.
  ///
  /// `SO_REUSEADDR` is not set, with which sockets would share a port on Linux and Windows. At the unspecified IPv6 address, `[::]`,
  /// it receives IPv4 as well, except on OpenBSD.
  ///
  /// - Parameter address: The address; port 0 asks the system for a free one.
  /// - Throws: ``IOError`` with the kind `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`,
  ///   or another.
  /// - SeeAlso: mio 1.2.2 `UdpSocket::bind`; `bind(2)`.
  public init(bindingTo address: SocketAddress) throws(IOError) {
    let unbound = try UDPSocket(for: address)
    try unbound.bind(to: address)
    self = unbound
  }

  /// Takes over a UDP socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket that is not UDP's. The descriptor stays the caller's then.
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

  /// Gives the descriptor away.
  ///
  /// A socket that is registered must be deregistered before.
  public consuming func takeDescriptor() -> Descriptor {
    socket.take()
  }
}
