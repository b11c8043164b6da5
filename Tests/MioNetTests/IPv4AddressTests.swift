import MioNet
import TestHelpers
import Testing

struct IPv4AddressTests {
  @Test
  func `the octets are the bytes of the number, the most significant first`() {
    let address = IPv4Address(1, 2, 3, 4)
    #expect(address.bits == 0x0102_0304)
    #expect(address.octets == (1, 2, 3, 4))
    #expect(address == IPv4Address(bits: 0x0102_0304))
    #expect(address != IPv4Address(4, 3, 2, 1))
  }

  @Test
  func `the named IPv4 addresses have the numbers of their RFCs`() {
    #expect(IPv4Address.any.bits == 0)
    #expect(IPv4Address.loopback.bits == 0x7F00_0001)
    #expect(IPv4Address.broadcast.bits == 0xFFFF_FFFF)
  }

  @Test
  func `IPv4 addresses are ordered by their numbers`() {
    #expect(IPv4Address(1, 0, 0, 255) < IPv4Address(1, 0, 1, 0))
    #expect(IPv4Address(127, 255, 255, 255) < IPv4Address(128, 0, 0, 0))
    #expect(!(IPv4Address.loopback < IPv4Address.loopback))
  }

  /// Each block with its first and last address and the neighbours outside.
  @Test(arguments: [
    ("0.0.0.0", "U"), ("0.0.0.1", ""),
    ("126.255.255.255", ""), ("127.0.0.0", "O"), ("127.255.255.255", "O"), ("128.0.0.0", ""),
    ("223.255.255.255", ""), ("224.0.0.0", "M"), ("239.255.255.255", "M"), ("240.0.0.0", ""),
    ("9.255.255.255", ""), ("10.0.0.0", "P"), ("10.255.255.255", "P"), ("11.0.0.0", ""),
    ("172.15.255.255", ""), ("172.16.0.0", "P"), ("172.31.255.255", "P"), ("172.32.0.0", ""),
    ("192.167.255.255", ""), ("192.168.0.0", "P"), ("192.168.255.255", "P"), ("192.169.0.0", ""),
    ("169.253.255.255", ""), ("169.254.0.0", "L"), ("169.254.255.255", "L"), ("169.255.0.0", ""),
    ("255.255.255.254", ""), ("255.255.255.255", "B"),
  ])
  func `the predicates of IPv4 addresses match the blocks of their RFCs`(
    text: String, expected: String
  ) throws {
    let address = try #require(IPv4Address(text))
    var kinds = ""
    if address.isUnspecified { kinds += "U" }
    if address.isLoopback { kinds += "O" }
    if address.isMulticast { kinds += "M" }
    if address.isPrivate { kinds += "P" }
    if address.isLinkLocal { kinds += "L" }
    if address.isBroadcast { kinds += "B" }
    #expect(kinds == expected)
  }

  @Test(
    arguments: [
      ("0.0.0.0", 0), ("127.0.0.1", 0x7F00_0001), ("255.255.255.255", 0xFFFF_FFFF),
      ("1.20.100.9", 0x0114_6409), ("249.250.99.199", 0xF9FA_63C7),
    ] as [(String, UInt32)]
  )
  func `dotted decimal text is parsed and written`(text: String, bits: UInt32) {
    #expect(IPv4Address(text)?.bits == bits)
    #expect(IPv4Address(bits: bits).description == text)
  }

  @Test(arguments: [
    "", " ", ".", "...", "....", "1", "1.", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3",
    "1.2.3.4.",
    "1.2.3.4.5", "1.2.3.4 ", " 1.2.3.4", "1.2. 3.4", "1.2.3.4\n", "\t1.2.3.4", "1.2.3.4\0",
    "1.2.3.\0", "\0", "1\0.2.3.4", "+1.2.3.4", "-1.2.3.4", "1.2.3.-0", "1.2.3.+4", "1,2,3,4",
    "256.0.0.1", "1.256.3.4", "1.2.300.4", "1.2.3.999", "1.2.3.1000", "1.2.3.4294967297",
    "1.2.3.18446744073709551617", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1", "1.2.3.a",
    "1.2.3.4a", "a.2.3.4", "1.2.3.1e1", "1.2.3.4:80", "1.2.3.4/32", "[1.2.3.4]", "::1.2.3.4",
    "١.2.3.4", "1.2.3.٤", "１.2.3.4", "1。2。3。4", "1․2․3․4", "1.2.3.4\u{301}", "1.2.3.4\u{200B}",
    "\u{FEFF}1.2.3.4", "1.2.3.²", "localhost",
  ])
  func `malformed text is not an IPv4 address`(text: String) {
    #expect(IPv4Address(text) == nil)
  }

  @Test(arguments: [
    "00.0.0.0", "0.00.0.0", "0.0.0.00", "01.2.3.4", "1.02.3.4", "1.2.003.4", "1.2.3.04",
    "010.8.8.8", "0127.0.0.1", "127.0.0.01", "000000000000001.2.3.4", "1.2.3.0000",
  ])
  func `an octet with a leading zero is refused`(text: String) {
    #expect(IPv4Address(text) == nil)
  }

  @Test
  func `every octet has exactly one valid text`() {
    for octet in UInt8.min...UInt8.max {
      #expect(IPv4Address("1.2.\(octet).3") == IPv4Address(1, 2, octet, 3))
    }
    for number in 256...1100 {
      #expect(IPv4Address("1.2.\(number).3") == nil)
    }
  }

  @Test(arguments: ["1", "0", ".", "1.", "1.2.3.4", "255.", " ", "é"])
  func `a text of one megabyte is not an IPv4 address`(piece: String) {
    let text = String(repeating: piece, count: 1 << 20)
    #expect(IPv4Address(text) == nil)
    #expect(IPv4Address("1.2.3.4" + text) == nil)
  }

  @Test
  func `a substring can be parsed as an IPv4 address`() {
    let text = "host=10.0.0.7;10.0.0.8"
    #expect(IPv4Address(text.dropFirst(5).prefix(8)) == IPv4Address(10, 0, 0, 7))
    #expect(IPv4Address(text.dropFirst(5)) == nil)
    #expect(IPv4Address(text.suffix(8)) == IPv4Address(10, 0, 0, 8))
  }

  @Test
  func `parsing accepts the same IPv4 texts as the C library`() {
    var random = SplitMix64(seed: 4)
    var accepted = 0
    var differences: [String] = []
    for _ in 0..<200_000 {
      let text = AddressCorpus.mutant(of: AddressCorpus.ipv4, using: &random)
      let address = IPv4Address(text)
      if address != nil { accepted += 1 }
      if address?.bits != SystemAddressText.ipv4(text) { differences.append(text) }
    }
    #expect(differences.isEmpty)
    // The texts contain many valid and many invalid addresses. Otherwise the comparison would prove
    // little.
    #expect((40_000...160_000).contains(accepted))
  }

  @Test
  func `the text of an IPv4 address is that of the C library, and can be parsed again`() {
    var random = SplitMix64(seed: 40)
    var differences: [UInt32] = []
    for _ in 0..<100_000 {
      let bits = UInt32.random(in: 0...UInt32.max, using: &random)
      let text = IPv4Address(bits: bits).description
      if text != SystemAddressText.text(bits) || IPv4Address(text)?.bits != bits {
        differences.append(bits)
      }
    }
    #expect(differences.isEmpty)
  }
}
