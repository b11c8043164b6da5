/// An IP address and a port: one end of a TCP connection or of a UDP exchange.
///
/// ```swift
/// let server = SocketAddress("[2001:db8::1]:443")  // nil if the text is not an address
/// let anyFreePort = SocketAddress(v4: .loopback, port: 0)
/// let neighbour = SocketAddress(v6: linkLocal, port: 80, scopeID: 3)
/// ```
///
/// Two addresses are equal if all four properties are equal. An address of the IPv4 family always
/// has flow information 0 and scope 0.
///
/// - SeeAlso: Rust `std::net::SocketAddr`.
@frozen
public struct SocketAddress: Hashable, Sendable {
  /// The IP address of the host.
  public let ip: IPAddress

  /// The port, in host byte order.
  ///
  /// A socket that binds to port 0 gets a free port from the system.
  public var port: UInt16

  /// The traffic class and the flow label of an IPv6 address, in host byte order (RFC 3493).
  ///
  /// It is not part of the text of an address.
  public let flowInfo: UInt32

  /// The zone of an IPv6 address, on most systems the index of an interface (RFC 4007).
  ///
  /// A link-local address is complete only with its zone. If the zone is 0, the system chooses it.
  public let scopeID: UInt32

  /// Creates an address of either family.
  @inlinable
  public init(_ ip: IPAddress, port: UInt16) {
    self.ip = ip
    self.port = port
    flowInfo = 0
    scopeID = 0
  }

  /// Creates an IPv4 address.
  @inlinable
  public init(v4 ip: IPv4Address, port: UInt16) {
    self.init(.v4(ip), port: port)
  }

  /// Creates an IPv6 address.
  @inlinable
  public init(v6 ip: IPv6Address, port: UInt16, flowInfo: UInt32 = 0, scopeID: UInt32 = 0) {
    self.ip = .v6(ip)
    self.port = port
    self.flowInfo = flowInfo
    self.scopeID = scopeID
  }
}

extension SocketAddress {
  /// The IPv4 address and port inside an IPv4-mapped address, otherwise the address itself.
  ///
  /// A socket that serves both families reports IPv4 peers as mapped addresses.
  @inlinable
  public var canonical: SocketAddress {
    ip.canonical == ip ? self : SocketAddress(ip.canonical, port: port)
  }
}

extension SocketAddress: LosslessStringConvertible {
  /// Creates an address from text such as 127.0.0.1:80, [::1]:80 or [fe80::1%3]:80, or returns
  /// `nil`.
  ///
  /// The IP address has the form that ``IPv4Address`` or ``IPv6Address`` accepts. An IPv6 address
  /// is in brackets (RFC 5952, section 6). The scope after `%` (RFC 4007, section 11) is a decimal
  /// number. The initializer refuses the name of an interface as a scope, because a name needs a
  /// system call whose result changes. The port is required. Numbers have no sign and no leading
  /// zero. The scope fits 32 bits, and the port fits 16 bits.
  ///
  /// - Parameter text: The address and nothing else.
  @inlinable
  public init?(_ text: some StringProtocol) {
    var parser = AddressParser(text.utf8)
    guard let address = parser.socketAddress(), parser.isAtEnd else { return nil }
    self = address
  }

  /// The address as text that `init(_:)` accepts.
  ///
  /// The initializer creates an equal address from the text unless ``flowInfo`` is set. The text
  /// omits a scope of 0.
  public var description: String {
    switch ip {
    case .v4(let address): "\(address):\(port)"
    case .v6(let address) where scopeID == 0: "[\(address)]:\(port)"
    case .v6(let address): "[\(address)%\(scopeID)]:\(port)"
    }
  }
}

extension AddressParser {
  /// Reads an IP address and a port.
  ///
  /// An IPv6 address is in brackets and has an optional scope.
  @inlinable
  mutating func socketAddress() -> SocketAddress? {
    guard skip("[") else {
      guard let ip = ipv4Address(), let port = port() else { return nil }
      return SocketAddress(v4: ip, port: port)
    }
    guard let ip = ipv6Address(), let scopeID = scopeID(), skip("]"), let port = port() else {
      return nil
    }
    return SocketAddress(v6: ip, port: port, scopeID: scopeID)
  }

  /// Reads a colon and a port.
  @inlinable
  mutating func port() -> UInt16? {
    skip(":") ? decimal(UInt16.self) : nil
  }

  /// Reads a percent sign and a scope, or returns 0 if there is no percent sign.
  @inlinable
  mutating func scopeID() -> UInt32? {
    skip("%") ? decimal(UInt32.self) : 0
  }
}
