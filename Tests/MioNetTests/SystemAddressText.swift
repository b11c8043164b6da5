import CLibrary

/// The parsers and printers of the C library, with which the results are compared.
enum SystemAddressText {
  /// Returns what `inet_pton` reads, in host byte order.
  static func ipv4(_ text: String) -> UInt32? {
    var address = in_addr()
    guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
    return UInt32(bigEndian: address.s_addr)
  }

  /// Returns what `inet_pton` reads, in host byte order.
  static func ipv6(_ text: String) -> UInt128? {
    var bits: UInt128 = 0
    guard unsafe inet_pton(AF_INET6, text, &bits) == 1 else { return nil }
    return UInt128(bigEndian: bits)
  }

  /// Returns what `inet_ntop` writes for a number in host byte order.
  static func text(_ bits: UInt32) -> String {
    var address = bits.bigEndian
    return unsafe string(AF_INET, &address)
  }

  /// Returns what `inet_ntop` writes for a number in host byte order.
  static func text(_ bits: UInt128) -> String {
    var address = bits.bigEndian
    return unsafe string(AF_INET6, &address)
  }

  private static func string(_ family: Int32, _ address: UnsafeRawPointer) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      let length = socklen_t(text.count)
      let base = unsafe inet_ntop(family, address, text.baseAddress, length)
      guard let base = unsafe base else { return "" }
      return unsafe String(cString: base)
    }
  }
}
