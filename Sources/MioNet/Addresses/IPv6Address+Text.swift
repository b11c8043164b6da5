extension IPv6Address: LosslessStringConvertible {
  /// Creates an address from text in one of the three forms of RFC 4291, or returns `nil`.
  ///
  /// - Eight groups of one to four hexadecimal digits of either case: `2001:db8:0:0:0:0:0:1`.
  /// - The first form with one `::` in place of one or more groups of zeros: `2001:db8::1`. A `::`
  ///   next to eight groups replaces no group and is refused.
  /// - Either form with the last two groups written as an IPv4 address, as strict as in
  ///   ``IPv4Address``: `::ffff:192.0.2.1`.
  ///
  /// The initializer refuses brackets, prefix lengths, scopes, white space, and text before or
  /// after the address. It accepts the same texts as `inet_pton` of POSIX.
  ///
  /// - Parameter text: The address and nothing else.
  @inlinable
  public init?(_ text: some StringProtocol) {
    var parser = AddressParser(text.utf8)
    guard let address = parser.ipv6Address(), parser.isAtEnd else { return nil }
    self = address
  }

  /// The address in the canonical form of RFC 5952.
  ///
  /// Digits are lowercase and have no leading zeros. `::` replaces the longest run of two or more
  /// zero groups, and the first one of equally long runs. Only IPv4-mapped addresses end in dotted
  /// decimal form.
  public var description: String {
    if let ipv4Mapped { return "::ffff:\(ipv4Mapped)" }
    guard let gap = longestZeroRun else { return hexadecimal(0..<8) }
    return hexadecimal(0..<gap.lowerBound) + "::" + hexadecimal(gap.upperBound..<8)
  }

  /// Returns some of the segments in hexadecimal, with colons between them.
  private func hexadecimal(_ range: Range<Int>) -> String {
    var text = ""
    for index in range {
      if index > range.lowerBound { text += ":" }
      text += String(segment(index), radix: 16)
    }
    return text
  }

  /// The segments that `::` replaces: the first of the longest runs of at least two zero segments.
  private var longestZeroRun: Range<Int>? {
    var longest = 0..<0
    var start = 0
    for index in 0..<8 {
      if segment(index) != 0 {
        start = index + 1
      } else if (start...index).count > longest.count {
        longest = start..<index + 1
      }
    }
    return longest.count >= 2 ? longest : nil
  }
}

/// The groups of an IPv6 address that were read so far, and the position of `::` among them.
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

  /// Adds a group, unless there are already eight.
  @inlinable
  mutating func append(_ group: UInt16) -> Bool {
    guard count < 8 else { return false }
    bits = bits << 16 | UInt128(group)
    count += 1
    return true
  }

  /// Records that `::` comes next, unless there already was one.
  @inlinable
  mutating func appendGap() -> Bool {
    guard gap == nil else { return false }
    gap = count
    return true
  }

  /// The address, if the groups and the gap together make exactly eight groups.
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

  /// Moves past two colons, or does not move.
  @inlinable
  mutating func skipDoubleColon() -> Bool {
    let start = position
    if skip(":"), skip(":") { return true }
    position = start
    return false
  }

  /// Reads an IPv4 address as the two groups that it represents, or does not move.
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

  /// Reads one to four hexadecimal digits.
  ///
  /// It does not read a fifth digit, which then makes the caller fail.
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
