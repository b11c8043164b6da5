/// A version of the Internet Protocol.
@frozen
public enum IPVersion: Sendable, Hashable {
  /// IPv4.
  case v4
  /// IPv6, and also IPv4 through mapped addresses if ``SocketOption/onlyV6`` is off.
  ///
  /// On OpenBSD ``SocketOption/onlyV6`` is always on.
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
