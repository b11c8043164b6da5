// Conversions between addresses and the form that packets and records use: bytes in network order.

extension IPv4Address {
  /// Creates an address from its four bytes in network order, or returns `nil` for another number
  /// of bytes.
  @inlinable
  public init?(bytes: Span<UInt8>) {
    guard bytes.count == 4 else { return nil }
    self.init(bits: UInt32(truncatingIfNeeded: number(bytes)))
  }

  /// The four bytes in network order.
  @inlinable
  public var bytes: [UInt8] { networkBytes(bits) }
}

extension IPv6Address {
  /// Creates an address from its sixteen bytes in network order, or returns `nil` for another
  /// number of bytes.
  @inlinable
  public init?(bytes: Span<UInt8>) {
    guard bytes.count == 16 else { return nil }
    self.init(bits: number(bytes))
  }

  /// The sixteen bytes in network order.
  @inlinable
  public var bytes: [UInt8] { networkBytes(bits) }
}

extension IPAddress {
  /// Creates an address from its four or sixteen bytes in network order, or returns `nil` for
  /// another number of bytes.
  @inlinable
  public init?(bytes: Span<UInt8>) {
    if let address = IPv4Address(bytes: bytes) {
      self = .v4(address)
    } else if let address = IPv6Address(bytes: bytes) {
      self = .v6(address)
    } else {
      return nil
    }
  }

  /// The four or sixteen bytes in network order.
  @inlinable
  public var bytes: [UInt8] {
    switch self {
    case .v4(let address): address.bytes
    case .v6(let address): address.bytes
    }
  }
}

@usableFromInline
func number(_ bytes: Span<UInt8>) -> UInt128 {
  var number: UInt128 = 0
  for index in bytes.indices { number = number << 8 | UInt128(bytes[index]) }
  return number
}

@usableFromInline
func networkBytes(_ bits: some FixedWidthInteger) -> [UInt8] {
  stride(from: bits.bitWidth - 8, through: 0, by: -8).map {
    UInt8(truncatingIfNeeded: bits >> $0)
  }
}
