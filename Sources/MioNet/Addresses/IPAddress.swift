/// An IP address of either family.
///
/// - SeeAlso: Rust `std::net::IpAddr`.
@frozen
public enum IPAddress: Hashable, Sendable {
  /// An IPv4 address.
  case v4(IPv4Address)

  /// An IPv6 address.
  case v6(IPv6Address)
}

extension IPAddress {
  /// The IPv4 address inside an IPv4-mapped IPv6 one, otherwise the address itself.
  ///
  /// A socket that serves both families reports IPv4 peers as mapped addresses. This makes them
  /// comparable with addresses from elsewhere.
  @inlinable
  public var canonical: IPAddress {
    guard case .v6(let address) = self, let mapped = address.ipv4Mapped else { return self }
    return .v4(mapped)
  }

  /// Whether this is the unspecified address of its family, which binds to every interface.
  @inlinable
  public var isUnspecified: Bool {
    switch self {
    case .v4(let address): address.isUnspecified
    case .v6(let address): address.isUnspecified
    }
  }

  /// Whether this reaches only the host itself.
  @inlinable
  public var isLoopback: Bool {
    switch self {
    case .v4(let address): address.isLoopback
    case .v6(let address): address.isLoopback
    }
  }

  /// Whether this names a group of hosts.
  @inlinable
  public var isMulticast: Bool {
    switch self {
    case .v4(let address): address.isMulticast
    case .v6(let address): address.isMulticast
    }
  }

  /// Whether this is a unicast address valid on one link only.
  @inlinable
  public var isLinkLocal: Bool {
    switch self {
    case .v4(let address): address.isLinkLocal
    case .v6(let address): address.isLinkLocal
    }
  }
}

extension IPAddress: LosslessStringConvertible {
  /// Creates an address from the text of either family, or returns nil.
  ///
  /// - Parameter text: What ``IPv4Address`` or ``IPv6Address`` accepts.
  @inlinable
  public init?(_ text: some StringProtocol) {
    if let address = IPv4Address(text) {
      self = .v4(address)
    } else if let address = IPv6Address(text) {
      self = .v6(address)
    } else {
      return nil
    }
  }

  /// The address as its family writes it.
  public var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}
