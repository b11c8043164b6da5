import MioNet
import TestHelpers
import Testing

struct AddressBytesTests {
  @Test
  func `addresses are converted from and to bytes in network order`() throws {
    let four: [UInt8] = [192, 0, 2, 1]
    #expect(IPv4Address(bytes: four.span) == IPv4Address(192, 0, 2, 1))
    #expect(IPAddress(bytes: four.span) == .v4(IPv4Address(192, 0, 2, 1)))
    let sixteen: [UInt8] = [0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    let address = try #require(IPv6Address("2001:db8:102:304:506:708:90a:b0c"))
    #expect(IPv6Address(bytes: sixteen.span) == address)
    #expect(IPAddress(bytes: sixteen.span) == .v6(address))
    for bytes in [four, sixteen, [UInt8](repeating: 0xff, count: 16), [0, 0, 0, 0]] {
      #expect(IPAddress(bytes: bytes.span)?.bytes == bytes)
    }
  }

  @Test(arguments: [0, 1, 3, 5, 8, 15, 17])
  func `any other number of bytes is refused`(_ count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    #expect(IPv4Address(bytes: bytes.span) == nil && IPv6Address(bytes: bytes.span) == nil)
    #expect(IPAddress(bytes: bytes.span) == nil)
  }

  @Test
  func `the canonical form of a mapped address is the IPv4 address`() throws {
    let mapped = try #require(SocketAddress("[::ffff:192.0.2.1]:80"))
    #expect(mapped.canonical == SocketAddress("192.0.2.1:80"))
    for text in ["192.0.2.1:80", "[2001:db8::1]:80", "[fe80::1%3]:80", "[::1]:0"] {
      let address = try #require(SocketAddress(text))
      #expect(address.canonical == address)
    }
  }
}
