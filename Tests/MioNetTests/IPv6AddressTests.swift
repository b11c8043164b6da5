import MioNet
import TestHelpers
import Testing

struct IPv6AddressTests {
  private let counting = IPv6Address(1, 2, 3, 4, 5, 6, 7, 8)

  @Test
  func `the segments are the parts of the number, the most significant first`() {
    #expect(counting.high == 0x0001_0002_0003_0004)
    #expect(counting.low == 0x0005_0006_0007_0008)
    #expect(counting.bits == 0x0001_0002_0003_0004_0005_0006_0007_0008)
    #expect(counting == IPv6Address(high: counting.high, low: counting.low))
    #expect(counting == IPv6Address(bits: counting.bits))
    let segments = counting.segments
    #expect((segments.0, segments.1, segments.2, segments.3) == (1, 2, 3, 4))
    #expect((segments.4, segments.5, segments.6, segments.7) == (5, 6, 7, 8))
  }

  @Test
  func `the named IPv6 addresses have the numbers of their RFCs`() {
    #expect(IPv6Address.any.bits == 0)
    #expect(IPv6Address.loopback.bits == 1)
  }

  @Test
  func `IPv6 addresses are ordered by their numbers`() {
    #expect(IPv6Address(high: 1, low: .max) < IPv6Address(high: 2, low: 0))
    #expect(IPv6Address(high: 1, low: 1) < IPv6Address(high: 1, low: 2))
    #expect(IPv6Address(high: .max >> 1, low: 0) < IPv6Address(high: .max, low: 0))
    #expect(!(counting < counting))
  }

  @Test
  func `an IPv4 address can be mapped and extracted again`() {
    let address = IPv4Address(192, 0, 2, 33)
    #expect(IPv6Address(ipv4Mapped: address) == IPv6Address(0, 0, 0, 0, 0, 0xFFFF, 0xC000, 0x0221))
    #expect(IPv6Address(ipv4Mapped: address).ipv4Mapped == address)
    #expect(IPv6Address(ipv4Mapped: .any).ipv4Mapped == .any)
    #expect(IPv6Address(ipv4Mapped: .broadcast).ipv4Mapped == .broadcast)
  }

  @Test(arguments: [
    "::", "::1", "::192.0.2.33", "::fffe:192.0.2.33", "::1:ffff:192.0.2.33", "1::ffff:192.0.2.33",
    "::ffff:0:192.0.2.33", "64:ff9b::192.0.2.33",
  ])
  func `only addresses with the mapped prefix are mapped addresses`(text: String) throws {
    #expect(try #require(IPv6Address(text)).ipv4Mapped == nil)
  }

  /// Each block with its first and last address and the neighbours outside, then mapped addresses.
  @Test(arguments: [
    ("::", "U"), ("::1", "O"), ("::2", ""), ("1::", ""), ("1::1", ""), ("::1:0:0:0:1", ""),
    ("feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""), ("ff00::", "M"),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "M"),
    ("fe7f:ffff::", ""), ("fe80::", "L"), ("febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "L"),
    ("fec0::", ""), ("fbff:ffff::", ""), ("fc00::", "Q"),
    ("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "Q"), ("fe00::", ""),
    ("::ffff:0.0.0.0", "U"), ("::ffff:127.0.0.1", "O"), ("::ffff:127.255.255.255", "O"),
    ("::ffff:128.0.0.0", ""), ("::ffff:224.0.0.1", "M"), ("::ffff:169.254.1.1", "L"),
    ("::ffff:10.0.0.1", ""), ("::127.0.0.1", ""),
  ])
  func `the predicates of IPv6 addresses match the blocks of their RFCs`(
    text: String, expected: String
  ) throws {
    let address = try #require(IPv6Address(text))
    var kinds = ""
    if address.isUnspecified { kinds += "U" }
    if address.isLoopback { kinds += "O" }
    if address.isMulticast { kinds += "M" }
    if address.isLinkLocal { kinds += "L" }
    if address.isUniqueLocal { kinds += "Q" }
    #expect(kinds == expected)
  }

  @Test(
    arguments: [
      ("::", 0), ("0:0:0:0:0:0:0:0", 0), ("0000:0000:0000:0000:0000:0000:0000:0000", 0), ("::1", 1),
      ("0::1", 1), ("::0:1", 1), ("1::", 1 << 112), ("1:0::", 1 << 112), ("1::0", 1 << 112),
      ("1:2:3:4:5:6:7:8", 0x1_0002_0003_0004_0005_0006_0007_0008),
      ("1:2:3:4:5:6:7::", 0x1_0002_0003_0004_0005_0006_0007_0000),
      ("::2:3:4:5:6:7:8", 0x2_0003_0004_0005_0006_0007_0008),
      ("1:2:3::5:6:7:8", 0x1_0002_0003_0000_0005_0006_0007_0008),
      ("1:2::7:8", 0x1_0002_0000_0000_0000_0000_0007_0008),
      ("ABCD:ef01::", 0xABCD_EF01 << 96), ("::0001", 1), ("::ffff:1.2.3.4", 0xFFFF_0102_0304),
      ("::1.2.3.4", 0x0102_0304), ("1::1.2.3.4", 1 << 112 | 0x0102_0304),
      ("1:2:3:4:5:6:1.2.3.4", 0x1_0002_0003_0004_0005_0006_0102_0304),
      ("1:2:3:4:5::1.2.3.4", 0x1_0002_0003_0004_0005_0000_0102_0304),
      ("::2:3:4:5:6:1.2.3.4", 0x2_0003_0004_0005_0006_0102_0304),
    ] as [(String, UInt128)]
  )
  func `the three text forms of RFC 4291 are parsed`(text: String, bits: UInt128) {
    #expect(IPv6Address(text)?.bits == bits)
  }

  @Test(arguments: [
    "", " ", ":", ":::", "::::", "1", "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:8:9", "::1:", ":1::",
    "1:::2", ":::1", "1:::", "12345::", "::12345", "::00001", "1:2:3:4:5:6:7:12345", "::g", "g::",
    "::1 ", " ::1", ":: 1", "::1\n", "::1\0", "\0::1", "::\0", "+::1", "::+1", "::-1", "-1::",
    "[::1]", "[::1", "::1]", "::1%3", "::1%eth0", "fe80::1%", "::1/128", "::/0", "0x1::", "::0x1",
    "::1:80:", "::١", "::１", "：：１", "::1\u{301}", "::1\u{200B}", "\u{FEFF}::1", "::é", "1.2.3.4",
    ":1.2.3.4", "1:1.2.3.4", "localhost", "1::2::",
  ])
  func `malformed text is not an IPv6 address`(text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test(arguments: [
    "::1::", "1::2::3", "::2:3::", "::::1", "1::::2", "1:2::3:4::5:6", "1::2::1.2.3.4",
    "::1::ffff:1.2.3.4",
  ])
  func `a second double colon is refused`(text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test(arguments: [
    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7::8",
    "1:2:3:4:5:6::1.2.3.4", "::1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:1.2.3.4::",
  ])
  func `a double colon that replaces no group is refused`(text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test(arguments: [
    "1.2.3.4::", "1.2.3.4::1", "::1.2.3.4:1", "::1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:1.2.3.4", "1:2:3:4:5:6:7:8:1.2.3.4", "::1.2.3", "::1.2.3.", "::1.2.3.4.", "::.1.2.3",
    "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4", "::1.2.3.04", "::1.2.3.a", "::a.2.3.4",
    "::1.2.3.4a", "::1..3.4", "::ffff:1.2.3.4%1", "::ffff:1.2.3.-4", "1.2.3.4:1:2:3:4:5:6",
  ])
  func `an IPv4 part must be strict, and must be at the end`(text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test(arguments: [":", "::", "1:", "0", "1", "f", "1.", "1.2.3.4", "é", " "])
  func `a text of one megabyte is not an IPv6 address`(piece: String) {
    let text = String(repeating: piece, count: 1 << 20)
    #expect(IPv6Address(text) == nil)
    #expect(IPv6Address("::" + text) == nil)
    #expect(IPv6Address("1:2:3:4:5:6:7:8" + text) == nil)
  }

  @Test
  func `a substring can be parsed as an IPv6 address`() {
    let text = "[2001:db8::7]"
    #expect(
      IPv6Address(text.dropFirst().dropLast()) == IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 7)
    )
    #expect(IPv6Address(text.dropFirst()) == nil)
  }

  /// The examples of RFC 5952, and further special cases.
  @Test(arguments: [
    ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::ABCD:EF", "2001:db8::abcd:ef"),
    ("0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"), ("1:0:0:0:2:0:0:0", "1::2:0:0:0"),
    ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"), ("0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"),
    ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"), ("0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("1:0:3:0:5:0:7:0", "1:0:3:0:5:0:7:0"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
    ("10:200:3000::", "10:200:3000::"), ("::ffff:0:0", "::ffff:0.0.0.0"),
    ("::FFFF:c000:0221", "::ffff:192.0.2.33"), ("::1.2.3.4", "::102:304"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::ffff:0:1.2.3.4", "::ffff:0:102:304"),
  ])
  func `the text of an IPv6 address follows RFC 5952`(text: String, canonical: String) throws {
    #expect(try #require(IPv6Address(text)).description == canonical)
  }

  @Test
  func `parsing accepts the same IPv6 texts as the C library`() {
    var random = SplitMix64(seed: 6)
    var accepted = 0
    var differences: [String] = []
    for round in 0..<200_000 {
      let text =
        round.isMultiple(of: 2)
        ? AddressCorpus.mutant(of: AddressCorpus.ipv6, using: &random)
        : AddressCorpus.groups(using: &random)
      let address = IPv6Address(text)
      if address != nil { accepted += 1 }
      if address?.bits != SystemAddressText.ipv6(text) { differences.append(text) }
    }
    #expect(differences.isEmpty)
    // The texts contain many valid and many invalid addresses. Otherwise the comparison would prove
    // little.
    #expect((40_000...160_000).contains(accepted))
  }

  /// Compares texts with those of glibc, except for the deprecated IPv4-compatible addresses.
  ///
  /// glibc prints these with a dotted decimal end, which RFC 5952, section 5, recommends only for
  /// known prefixes. For them the test only checks that Mio and glibc can parse the text of Mio.
  @Test
  func `the text of an IPv6 address is that of the C library, and can be parsed again`() {
    var random = SplitMix64(seed: 60)
    var compatible = 0
    var differences: [String] = []
    for _ in 0..<200_000 {
      let bits = AddressCorpus.sparseBits(using: &random)
      let text = IPv6Address(bits: bits).description
      if bits >> 32 == 0, bits >> 16 != 0 {
        compatible += 1
      } else if text != SystemAddressText.text(bits) {
        differences.append(text)
      }
      if IPv6Address(text)?.bits != bits || SystemAddressText.ipv6(text) != bits {
        differences.append(text)
      }
    }
    #expect(differences.isEmpty)
    #expect((1...20_000).contains(compatible))
  }
}
