import MioNet
import TestHelpers
import Testing

struct SocketAddressTests {
  private static let linkLocal = IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 1)

  @Test
  func `an IPv4 socket address has flow information 0 and scope 0`() {
    let address = SocketAddress(v4: .loopback, port: 80)
    #expect(address.ip == .v4(.loopback))
    #expect(address.port == 80)
    #expect(address.flowInfo == 0)
    #expect(address.scopeID == 0)
    #expect(address == SocketAddress(.v4(.loopback), port: 80))
  }

  @Test
  func `an IPv6 socket address keeps its flow information and its scope`() {
    let address = SocketAddress(v6: Self.linkLocal, port: 443, flowInfo: 5, scopeID: 7)
    #expect(address.ip == .v6(Self.linkLocal))
    #expect(address.port == 443)
    #expect(address.flowInfo == 5)
    #expect(address.scopeID == 7)
    #expect(SocketAddress(v6: .any, port: 1) == SocketAddress(.v6(.any), port: 1))
  }

  @Test
  func `socket addresses are equal only if all their properties are equal`() {
    let address = SocketAddress(v6: .loopback, port: 1, flowInfo: 2, scopeID: 3)
    var other = address
    #expect(other == address)
    other.port = 2
    #expect(other != address)
    #expect(SocketAddress(v6: .any, port: 1, flowInfo: 2, scopeID: 3) != address)
    #expect(SocketAddress(v6: .loopback, port: 1, flowInfo: 0, scopeID: 3) != address)
    #expect(SocketAddress(v6: .loopback, port: 1, flowInfo: 2, scopeID: 0) != address)
    let mapped = SocketAddress(v6: IPv6Address(ipv4Mapped: .loopback), port: 1)
    #expect(mapped != SocketAddress(v4: .loopback, port: 1))
    #expect(SocketAddress(mapped.ip.canonical, port: 1) == SocketAddress(v4: .loopback, port: 1))
  }

  @Test(arguments: [
    ("127.0.0.1:9000", SocketAddress(v4: .loopback, port: 9000)),
    ("0.0.0.0:0", SocketAddress(v4: .any, port: 0)),
    ("255.255.255.255:65535", SocketAddress(v4: .broadcast, port: 65535)),
    ("[::]:0", SocketAddress(v6: .any, port: 0)),
    ("[::1]:80", SocketAddress(v6: .loopback, port: 80)),
    ("[fe80::1%3]:80", SocketAddress(v6: linkLocal, port: 80, scopeID: 3)),
    ("[fe80::1%10]:1", SocketAddress(v6: linkLocal, port: 1, scopeID: 10)),
    ("[fe80::1%4294967295]:1", SocketAddress(v6: linkLocal, port: 1, scopeID: .max)),
    ("[::ffff:1.2.3.4]:5", SocketAddress(v6: IPv6Address(ipv4Mapped: v4), port: 5)),
    ("[::ffff:1.2.3.4%6]:5", SocketAddress(v6: IPv6Address(ipv4Mapped: v4), port: 5, scopeID: 6)),
    ("[1:2:3:4:5:6:7:8]:9", SocketAddress(v6: IPv6Address(1, 2, 3, 4, 5, 6, 7, 8), port: 9)),
  ])
  func `the text of a socket address is parsed and written`(text: String, address: SocketAddress) {
    #expect(SocketAddress(text) == address)
    #expect(address.description == text)
  }

  @Test(arguments: [
    ("[fe80::1%0]:80", "[fe80::1]:80"), ("[FE80:0::0001%3]:80", "[fe80::1%3]:80"),
    ("[::FFFF:102:304]:0", "[::ffff:1.2.3.4]:0"), ("[1::]:2", "[1::]:2"),
  ])
  func `other spellings of a socket address are written in the canonical form`(
    text: String, canonical: String
  ) throws {
    #expect(try #require(SocketAddress(text)).description == canonical)
  }

  @Test
  func `the text of a socket address does not contain flow information`() {
    let address = SocketAddress(v6: .loopback, port: 80, flowInfo: 9)
    #expect(address.description == "[::1]:80")
  }

  @Test(arguments: [
    "", " ", ":", ":80", "80", "1.2.3.4", "1.2.3.4:", "1.2.3.4 :80", "1.2.3.4: 80", "1.2.3.4:80 ",
    " 1.2.3.4:80", "1.2.3.4::80", "1.2.3.4:80:80", "1.2.3.4.:80", "1.2.3:80", "01.2.3.4:80",
    "1.2.3.4:80\n", "1.2.3.4:80\0", "1.2.3.4\0:80", "1.2.3.4:\0", "\0", "1.2.3.4%3:80",
    "1.2.3.4:http", "localhost:80", "http://1.2.3.4:80", "1.2.3.4:80/", "*:80", "1.2.3.4:٨٠",
    "1.2.3.4：80", "1.2.3.4:８０", "1.2.3.4:8\u{301}",
  ])
  func `malformed text is not an IPv4 socket address`(text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test(arguments: [
    "::1", "::1:80", "::1]:80", "[::1:80", "[::1", "[::1]", "[::1]:", "[::1]80", "[::1] :80",
    "[::1]::80", "[]:80", "[", "]", "[]", "[[::1]]:80", "[::1]]:80", "[[::1]:80", "(::1):80",
    "{::1}:80", "[::1 ]:80", "[ ::1]:80", "[::1]:80]", "[1.2.3.4]:80", "[1:2]:80", "[::1::]:80",
    "[1:2:3:4:5:6:7:8:9]:80", "[:::1]:80", "[1.2.3.4::]:80", "[::1.2.3.4:5]:80", "[12345::]:80",
    "[::12345]:80", "[::1\0]:80", "[::1]\0:80", "[::1]:80\0", "1:2:3:4:5:6:7:8:80",
    "2001:db8::1:80", "[::1]:80 ", "[::1/64]:80",
  ])
  func `malformed text is not an IPv6 socket address`(text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test(arguments: [
    "65536", "65540", "70000", "99999", "100000", "4294967376", "18446744073709551696", "00", "080",
    "00080", "000000", "+80", "-80", "-0", "+0", "8 0", "0x50", "80a", "a", "1e3", "80.", "8_0",
    "8,0", "",
  ])
  func `a malformed port is refused in both families`(port: String) {
    #expect(SocketAddress("1.2.3.4:\(port)") == nil)
    #expect(SocketAddress("[::1]:\(port)") == nil)
  }

  @Test
  func `every port has exactly one valid text`() {
    var differences: [UInt16] = []
    for port in UInt16.min...UInt16.max {
      let address = SocketAddress(v4: .any, port: port)
      let text = "0.0.0.0:\(port)"
      if SocketAddress(text) != address || address.description != text { differences.append(port) }
    }
    #expect(differences.isEmpty)
  }

  @Test(arguments: [
    "", "4294967296", "4294967300", "9999999999", "10000000000", "18446744073709551619", "00", "03",
    "0000000003", "+3", "-3", "-0", " 3", "3 ", "3%3", "%3", "%", "0x3", "3a", "eth0", "lo",
    "wlan0",
    "٣", "３", "3\0", "\0", "3/64", "3:", "3.",
  ])
  func `a malformed scope is refused`(scope: String) {
    #expect(SocketAddress("[fe80::1%\(scope)]:80") == nil)
  }

  @Test(arguments: [
    "fe80::1%3", "[fe80::1]%3:80", "[fe80::1]:80%3", "[%3]:80", "%3", "[%3fe80::1]:80",
  ])
  func `a scope at any other position is refused`(text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test(arguments: ["1", "0", ":", "[", "]", "%", "[::1]:80", "1.2.3.4:80", "::", "é"])
  func `a text of one megabyte is not a socket address`(piece: String) {
    let text = String(repeating: piece, count: 1 << 20)
    #expect(SocketAddress(text) == nil)
    #expect(SocketAddress("[fe80::1%" + text) == nil)
    #expect(SocketAddress("[::1]:8" + text) == nil)
    #expect(SocketAddress("1.2.3.4:8" + text) == nil)
  }

  @Test
  func `a substring can be parsed as a socket address`() {
    let text = "Host: [::1]:8080"
    #expect(SocketAddress(text.dropFirst(6)) == SocketAddress(v6: .loopback, port: 8080))
    #expect(SocketAddress(text.dropFirst(6).dropLast(2)) == SocketAddress(v6: .loopback, port: 80))
    #expect(SocketAddress(text) == nil)
  }

  @Test
  func `random socket addresses can be parsed from their own text`() {
    var random = SplitMix64(seed: 10)
    var differences: [SocketAddress] = []
    for round in 0..<100_000 {
      let bits = AddressCorpus.sparseBits(using: &random)
      let port = UInt16.random(in: 0...UInt16.max, using: &random)
      let scopeID = UInt32.random(in: 0...UInt32.max, using: &random) >> UInt32(round % 40)
      let address =
        round.isMultiple(of: 3)
        ? SocketAddress(v4: IPv4Address(bits: UInt32(truncatingIfNeeded: bits)), port: port)
        : SocketAddress(v6: IPv6Address(bits: bits), port: port, scopeID: scopeID)
      if SocketAddress(address.description) != address { differences.append(address) }
    }
    #expect(differences.isEmpty)
  }

  /// The parser must accept exactly what the C library accepts between the brackets, and what is
  /// valid around the colon.
  @Test
  func `damaged text is parsed as the C library parses its parts`() {
    var random = SplitMix64(seed: 46)
    let texts =
      AddressCorpus.ipv4.map { "\($0):80" } + AddressCorpus.ipv6.map { "[\($0)]:443" }
      + AddressCorpus.ipv6.map { "[\($0)%3]:65535" }
    var accepted = 0
    var differences: [String] = []
    for _ in 0..<200_000 {
      let text = AddressCorpus.mutant(of: texts, using: &random)
      let address = SocketAddress(text)
      if address != nil { accepted += 1 }
      if address != Self.reference(text) { differences.append(text) }
    }
    #expect(differences.isEmpty)
    #expect((40_000...160_000).contains(accepted))
  }

  private static let v4 = IPv4Address(1, 2, 3, 4)

  /// A second, slow parser of socket addresses, which shares no code with the first one.
  private static func reference(_ text: String) -> SocketAddress? {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    guard let port = number(text[text.index(after: colon)...], UInt16.self) else { return nil }
    let host = text[..<colon]
    guard host.first == "[", host.last == "]", host.count > 2 else {
      return SystemAddressText.ipv4(String(host))
        .map { SocketAddress(v4: IPv4Address(bits: $0), port: port) }
    }
    let inner = host.dropFirst().dropLast()
    let parts = inner.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bits = SystemAddressText.ipv6(String(parts[0])) else { return nil }
    guard let scopeID = parts.count == 2 ? number(parts[1], UInt32.self) : 0 else { return nil }
    return SocketAddress(v6: IPv6Address(bits: bits), port: port, scopeID: scopeID)
  }

  /// Returns the number if this text is its canonical form, and otherwise `nil`.
  private static func number<Value: FixedWidthInteger>(
    _ text: Substring,
    _: Value.Type
  ) -> Value? {
    Value(text).flatMap { String($0) == text ? $0 : nil }
  }
}
