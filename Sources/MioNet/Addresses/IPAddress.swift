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
  /// The IPv4 address inside an IPv4-mapped IPv6 address, otherwise the address itself.
  ///
  /// A socket that serves both families reports IPv4 peers as mapped addresses. The canonical form
  /// makes them comparable with addresses from other sources.
  @inlinable
  public var canonical: IPAddress {
    guard case .v6(let address) = self, let mapped = address.ipv4Mapped else { return self }
    return .v4(mapped)
  }

  /// Whether the address is the unspecified address of its family, which binds to every interface.
  @inlinable
  public var isUnspecified: Bool {
    switch self {
    case .v4(let address): address.isUnspecified
    case .v6(let address): address.isUnspecified
    }
  }

  /// Whether the address reaches only the host itself.
  @inlinable
  public var isLoopback: Bool {
    switch self {
    case .v4(let address): address.isLoopback
    case .v6(let address): address.isLoopback
    }
  }

  /// Whether the address names a multicast group.
  @inlinable
  public var isMulticast: Bool {
    switch self {
    case .v4(let address): address.isMulticast
    case .v6(let address): address.isMulticast
    }
  }

  /// Whether the address is a unicast address that is valid on one link only.
  @inlinable
  public var isLinkLocal: Bool {
    switch self {
    case .v4(let address): address.isLinkLocal
    case .v6(let address): address.isLinkLocal
    }
  }
}

extension IPAddress: LosslessStringConvertible {
  /// Creates an address from the text of either family, or returns `nil`.
  ///
  /// - Parameter text: A text that ``IPv4Address`` or ``IPv6Address`` accepts.
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

  /// The address in the text form of its family.
  public var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}
