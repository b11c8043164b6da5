/// A version of the internet protocol.
@frozen
public enum IPVersion: Sendable, Hashable {
  /// IPv4.
  case v4
  /// IPv6, and IPv4 through mapped addresses if ``SocketOption/onlyV6`` is off, which
  /// it cannot be on OpenBSD.
  case v6
}

extension SocketAddress {
  /// The version that the address belongs to.
  @inlinable
  public var version: IPVersion {
    switch ip {
    case .v4: .v4
    case .v6: .v6
    }
  }
}
