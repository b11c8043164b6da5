import MioNet
import Testing

@Suite
struct IPAddressTests {
  @Test(arguments: [
    ("127.0.0.1", IPAddress.v4(.loopback)), ("::1", .v6(.loopback)), ("0.0.0.0", .v4(.any)),
    ("::", .v6(.any)), ("::ffff:127.0.0.1", .v6(IPv6Address(ipv4Mapped: .loopback))),
  ])
  func `the text of an address determines its family`(text: String, address: IPAddress) {
    #expect(IPAddress(text) == address)
    #expect(address.description == text)
  }

  @Test(arguments: ["", "1.2.3", "1.2.3.4.5", "[::1]", "::1%3", "1.2.3.4:80", "localhost", "\0"])
  func `malformed text is not an IP address`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test
  func `only the canonical form of a mapped address has another family`() {
    let mapped = IPAddress.v6(IPv6Address(ipv4Mapped: .loopback))
    #expect(mapped != .v4(.loopback))
    #expect(mapped.canonical == .v4(.loopback))
    #expect(IPAddress.v4(.loopback).canonical == .v4(.loopback))
    #expect(IPAddress.v6(.loopback).canonical == .v6(.loopback))
  }

  @Test(arguments: [
    ("0.0.0.0", "U"), ("127.9.9.9", "O"), ("224.0.0.1", "M"), ("169.254.0.1", "L"),
    ("192.0.2.1", ""), ("::", "U"), ("::1", "O"), ("ff02::1", "M"), ("fe80::1", "L"),
    ("2001:db8::1", ""), ("::ffff:0.0.0.0", "U"), ("::ffff:127.9.9.9", "O"),
    ("::ffff:224.0.0.1", "M"), ("::ffff:169.254.0.1", "L"), ("::ffff:192.0.2.1", ""),
  ])
  func `predicates work for both families, and for mapped addresses`(
    text: String,
    expected: String
  ) throws {
    let address = try #require(IPAddress(text))
    var kinds = ""
    if address.isUnspecified { kinds += "U" }
    if address.isLoopback { kinds += "O" }
    if address.isMulticast { kinds += "M" }
    if address.isLinkLocal { kinds += "L" }
    #expect(kinds == expected)
  }
}
