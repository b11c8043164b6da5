extension IPv6Address: LosslessStringConvertible {
  /// Creates an address from text in one of the three forms of RFC 4291, or returns nil.
  ///
  /// - Eight groups of one to four hexadecimal digits of either case: `2001:db8:0:0:0:0:0:1`.
  /// - The same with one `::` in place of one or more groups of zeros: `2001:db8::1`. A `::` beside
  ///   eight groups stands for nothing and is refused.
  /// - Either with the last two groups as an IPv4 address, as strict as in ``IPv4Address``:
  ///   `::ffff:192.0.2.1`.
  ///
  /// Brackets, prefix lengths, scopes, white space and anything before or after are refused. These
  /// are the texts that `inet_pton` of POSIX accepts.
  ///
  /// - Parameter text: The whole address and nothing else.
  @inlinable
  public init?(_ text: some StringProtocol) {
    var parser = AddressParser(text.utf8)
    guard let address = parser.ipv6Address(), parser.isAtEnd else { return nil }
    self = address
  }

  /// The address in the one canonical form of RFC 5952.
  ///
  /// Digits are lowercase and without leading zeros. The longest run of two or more zero groups, the
  /// first of equally long ones, becomes `::`. IPv4-mapped addresses, and no others, end in dotted
  /// decimal.
  public var description: String {
    if let ipv4Mapped { return "::ffff:\(ipv4Mapped)" }
    guard let gap = longestZeroRun else { return hexadecimal(0..<8) }
    return hexadecimal(0..<gap.lowerBound) + "::" + hexadecimal(gap.upperBound..<8)
  }

  /// Some of the segments in hexadecimal, with colons between them.
  private func hexadecimal(_ range: Range<Int>) -> String {
    var text = ""
    for index in range {
      if index > range.lowerBound { text += ":" }
      text += String(segment(index), radix: 16)
    }
    return text
  }

  /// The segments that `::` replaces: the first of the longest runs of at least two zeros.
  private var longestZeroRun: Range<Int>? {
    var longest = 0..<0
    var start = 0
    for end in 1...8 {
      if segment(end - 1) != 0 {
        start = end
      } else if end - start > longest.count {
        longest = start..<end
      }
    }
    return longest.count >= 2 ? longest : nil
  }
}

/// The groups of an IPv6 address read so far, and where among them `::` stood.
@usableFromInline
struct IPv6Groups {
  @usableFromInline
  var bits: UInt128 = 0
  @usableFromInline
  var count = 0
  @usableFromInline
  var gap: Int?

  @inlinable
  init() {}

  /// Adds a group, unless there are eight.
  @inlinable
  mutating func append(_ group: UInt16) -> Bool {
    guard count < 8 else { return false }
    bits = bits << 16 | UInt128(group)
    count += 1
    return true
  }

  /// Notes that `::` comes next, unless there was one.
  @inlinable
  mutating func appendGap() -> Bool {
    guard gap == nil else { return false }
    gap = count
    return true
  }

  /// The address, if the groups and the gap together make up exactly eight.
  @inlinable
  var address: IPv6Address? {
    guard let gap else { return count == 8 ? IPv6Address(bits: bits) : nil }
    guard count < 8 else { return nil }
    let tailWidth = 16 * (count - gap)
    let head = bits >> tailWidth
    let tail = bits & (1 << tailWidth - 1)
    return IPv6Address(bits: head << (16 * (8 - gap)) | tail)
  }
}

extension AddressParser {
  /// Reads an IPv6 address up to the first byte that cannot belong to it.
  @inlinable
  mutating func ipv6Address() -> IPv6Address? {
    var groups = IPv6Groups()
    if skipDoubleColon() {
      groups.gap = 0
      if nextDigit == nil { return groups.address }
    }
    while true {
      if let tail = dottedTail() {
        guard groups.append(tail.high), groups.append(tail.low) else { return nil }
        return groups.address
      }
      guard let group = group(), groups.append(group) else { return nil }
      if skipDoubleColon() {
        guard groups.appendGap() else { return nil }
        if nextDigit == nil { return groups.address }
      } else if !skip(":") {
        return groups.address
      }
    }
  }

  /// Moves past two colons, or not at all.
  @inlinable
  mutating func skipDoubleColon() -> Bool {
    let start = position
    if skip(":"), skip(":") { return true }
    position = start
    return false
  }

  /// Reads an IPv4 address as the two groups it stands for, or moves nowhere.
  @inlinable
  mutating func dottedTail() -> (high: UInt16, low: UInt16)? {
    let start = position
    guard let address = ipv4Address() else {
      position = start
      return nil
    }
    return (
      UInt16(truncatingIfNeeded: address.bits >> 16),
      UInt16(truncatingIfNeeded: address.bits)
    )
  }

  /// Reads one to four hexadecimal digits; a fifth stays and makes the caller fail.
  @inlinable
  mutating func group() -> UInt16? {
    guard let first = digit(below: 16) else { return nil }
    var group = UInt16(first)
    for _ in 1..<4 {
      guard let next = digit(below: 16) else { break }
      group = group << 4 | UInt16(next)
    }
    return group
  }
}
