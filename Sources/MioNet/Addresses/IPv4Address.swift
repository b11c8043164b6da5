/// An IPv4 address (RFC 791).
///
/// The address is one 32-bit number. Comparison, hashing and ordering use that number.
///
/// ```swift
/// let server = IPv4Address(192, 0, 2, 1)
/// let parsed = IPv4Address("192.0.2.1")  // nil if the text is not an address
/// ```
///
/// - SeeAlso: Rust `std::net::Ipv4Addr`.
@frozen
public struct IPv4Address: Hashable, Sendable {
  /// The address as a number in host byte order: 127.0.0.1 is 0x7F00_0001.
  public let bits: UInt32

  /// Creates an address from a number in host byte order.
  @inlinable
  public init(bits: UInt32) {
    self.bits = bits
  }

  /// Creates an address from its four octets, in the order in which they are written.
  @inlinable
  public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    bits = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
  }

  /// The four octets, in the order in which they are written.
  @inlinable
  public var octets: (UInt8, UInt8, UInt8, UInt8) {
    (
      UInt8(truncatingIfNeeded: bits >> 24),
      UInt8(truncatingIfNeeded: bits >> 16),
      UInt8(truncatingIfNeeded: bits >> 8),
      UInt8(truncatingIfNeeded: bits)
    )
  }

  /// The unspecified address 0.0.0.0, which binds to every interface.
  @inlinable
  public static var any: IPv4Address { IPv4Address(0, 0, 0, 0) }

  /// The usual loopback address 127.0.0.1 (RFC 1122).
  @inlinable
  public static var loopback: IPv4Address { IPv4Address(127, 0, 0, 1) }

  /// The limited broadcast address 255.255.255.255 (RFC 919).
  @inlinable
  public static var broadcast: IPv4Address { IPv4Address(255, 255, 255, 255) }
}

extension IPv4Address {
  /// Whether the address is 0.0.0.0.
  @inlinable
  public var isUnspecified: Bool { self == .any }

  /// Whether the address is in 127.0.0.0/8 (RFC 1122).
  @inlinable
  public var isLoopback: Bool { bits >> 24 == 127 }

  /// Whether the address is in 224.0.0.0/4 (RFC 5771).
  @inlinable
  public var isMulticast: Bool { bits >> 28 == 0xE }

  /// Whether the address is 255.255.255.255 (RFC 919).
  ///
  /// The broadcast address of a subnet does not count.
  @inlinable
  public var isBroadcast: Bool { self == .broadcast }

  /// Whether the address is in 169.254.0.0/16 (RFC 3927).
  @inlinable
  public var isLinkLocal: Bool { bits >> 16 == 0xA9FE }

  /// Whether the address is in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918).
  @inlinable
  public var isPrivate: Bool {
    bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8
  }
}

extension IPv4Address: Comparable {
  /// Orders addresses by their numeric values.
  @inlinable
  public static func < (lhs: IPv4Address, rhs: IPv4Address) -> Bool {
    lhs.bits < rhs.bits
  }
}

extension IPv4Address: LosslessStringConvertible {
  /// Creates an address from strict dotted decimal text, or returns `nil`.
  ///
  /// The text consists of exactly four decimal numbers from 0 to 255 with a dot between them (RFC
  /// 6943, section 3.1.1, "strict"). The initializer refuses leading zeros, because some systems
  /// read such numbers as octal. It also refuses shorter forms, other radixes, signs, white space,
  /// and text before or after the address.
  ///
  /// - Parameter text: The address and nothing else.
  @inlinable
  public init?(_ text: some StringProtocol) {
    var parser = AddressParser(text.utf8)
    guard let address = parser.ipv4Address(), parser.isAtEnd else { return nil }
    self = address
  }

  /// The address in dotted decimal form.
  public var description: String {
    let (a, b, c, d) = octets
    return "\(a).\(b).\(c).\(d)"
  }
}

extension AddressParser {
  /// Reads four octets that are separated by dots.
  @inlinable
  mutating func ipv4Address() -> IPv4Address? {
    guard
      let a = decimal(UInt8.self), skip("."),
      let b = decimal(UInt8.self), skip("."),
      let c = decimal(UInt8.self), skip("."),
      let d = decimal(UInt8.self)
    else { return nil }
    return IPv4Address(a, b, c, d)
  }
}
