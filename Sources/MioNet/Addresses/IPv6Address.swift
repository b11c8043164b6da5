/// An IPv6 address (RFC 4291).
///
/// The address is one 128-bit number. Comparison, hashing and ordering use that number. The address
/// has no scope: ``SocketAddress/scopeID`` holds the scope that a link-local address needs.
///
/// ```swift
/// let server = IPv6Address(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)
/// let parsed = IPv6Address("2001:db8::1")  // nil if the text is not an address
/// ```
///
/// An IPv4-mapped address such as `::ffff:127.0.0.1` reaches the IPv4 host behind it. For such an
/// address, ``isUnspecified``, ``isLoopback``, ``isMulticast`` and ``isLinkLocal`` describe the
/// IPv4 host. The address is still not equal to any other spelling of the host, nor to the
/// ``IPv4Address``.
///
/// - SeeAlso: Rust `std::net::Ipv6Addr`, whose predicates do not look through the mapping.
@frozen
public struct IPv6Address: Hashable, Sendable {
  /// The first four segments as a number in host byte order.
  public let high: UInt64

  /// The last four segments as a number in host byte order.
  public let low: UInt64

  /// Creates an address from its two halves in host byte order.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Creates an address from a number in host byte order.
  ///
  /// The number 1 is the loopback address.
  @inlinable
  public init(bits: UInt128) {
    high = UInt64(truncatingIfNeeded: bits >> 64)
    low = UInt64(truncatingIfNeeded: bits)
  }

  /// Creates an address from its eight segments, in the order in which they are written.
  @inlinable
  public init(
    _ s0: UInt16,
    _ s1: UInt16,
    _ s2: UInt16,
    _ s3: UInt16,
    _ s4: UInt16,
    _ s5: UInt16,
    _ s6: UInt16,
    _ s7: UInt16
  ) {
    high = UInt64(s0) << 48 | UInt64(s1) << 32 | UInt64(s2) << 16 | UInt64(s3)
    low = UInt64(s4) << 48 | UInt64(s5) << 32 | UInt64(s6) << 16 | UInt64(s7)
  }

  /// Creates the IPv4-mapped address of an IPv4 address (RFC 4291, section 2.5.5.2).
  @inlinable
  public init(ipv4Mapped address: IPv4Address) {
    high = 0
    low = 0xFFFF << 32 | UInt64(address.bits)
  }

  /// The address as a number in host byte order.
  @inlinable
  public var bits: UInt128 {
    UInt128(high) << 64 | UInt128(low)
  }

  /// The eight segments, in the order in which they are written.
  @inlinable
  public var segments: (UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16) {
    (
      segment(0), segment(1), segment(2), segment(3),
      segment(4), segment(5), segment(6), segment(7)
    )
  }

  /// Returns one of the segments 0 to 7.
  @inlinable
  func segment(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: bits >> (112 - 16 * index))
  }

  /// The unspecified address `::`, which binds to every interface.
  @inlinable
  public static var any: IPv6Address { IPv6Address(high: 0, low: 0) }

  /// The loopback address `::1` (RFC 4291, section 2.5.3).
  @inlinable
  public static var loopback: IPv6Address { IPv6Address(high: 0, low: 1) }
}

extension IPv6Address {
  /// The IPv4 address inside an IPv4-mapped address (RFC 4291, section 2.5.5.2), otherwise `nil`.
  @inlinable
  public var ipv4Mapped: IPv4Address? {
    guard high == 0, low >> 32 == 0xFFFF else { return nil }
    return IPv4Address(bits: UInt32(truncatingIfNeeded: low))
  }

  /// Whether the address is `::`, or the mapped 0.0.0.0.
  @inlinable
  public var isUnspecified: Bool { ipv4Mapped?.isUnspecified ?? (self == .any) }

  /// Whether the address is `::1`, or a mapped address in 127.0.0.0/8.
  @inlinable
  public var isLoopback: Bool { ipv4Mapped?.isLoopback ?? (self == .loopback) }

  /// Whether the address is in ff00::/8 (RFC 4291), or a mapped address in 224.0.0.0/4.
  @inlinable
  public var isMulticast: Bool { ipv4Mapped?.isMulticast ?? (high >> 56 == 0xFF) }

  /// Whether the address is a unicast address in fe80::/10 (RFC 4291), or a mapped address in
  /// 169.254.0.0/16.
  @inlinable
  public var isLinkLocal: Bool { ipv4Mapped?.isLinkLocal ?? (high >> 54 == 0x3FA) }

  /// Whether the address is in fc00::/7 (RFC 4193).
  ///
  /// A mapped address never is.
  @inlinable
  public var isUniqueLocal: Bool { high >> 57 == 0x7E }
}

extension IPv6Address: Comparable {
  /// Orders addresses by their numeric values.
  @inlinable
  public static func < (lhs: IPv6Address, rhs: IPv6Address) -> Bool {
    lhs.bits < rhs.bits
  }
}
