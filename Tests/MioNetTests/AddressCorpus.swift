import TestHelpers

/// Valid texts, and an unlimited number of damaged texts that are made from them.
enum AddressCorpus {
  static let ipv4 = [
    "0.0.0.0", "127.0.0.1", "255.255.255.255", "1.2.3.4", "10.20.30.40", "192.168.100.200",
  ]

  static let ipv6 = [
    "::", "::1", "1::", "1:2:3:4:5:6:7:8", "2001:db8::ff00:42:8329", "fe80::1:2",
    "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "::ffff:192.0.2.128",
    "64:ff9b::192.0.2.33", "1:2:3:4:5:6:77.77.88.88", "FFFF:ABCD::EF", "0:0:0:1:0:0:0:0",
  ]

  /// The characters of addresses, and similar characters.
  private static let characters = Array("0123456789abcdefABCDEFgx.::.%[]/-+ \té٣")

  /// Returns a text in which up to three characters are inserted, removed, replaced or doubled.
  static func mutant(of texts: [String], using random: inout SplitMix64) -> String {
    var text = Array(texts.randomElement(using: &random) ?? "")
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let index = Int.random(in: 0...text.count, using: &random)
      let character = characters.randomElement(using: &random) ?? "0"
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text.insert(character, at: index)
      case 1 where index < text.count: text.remove(at: index)
      case 2 where index < text.count: text[index] = character
      case 3 where index < text.count: text.insert(text[index], at: index)
      default: break
      }
    }
    return String(text)
  }

  /// A text of one to eight groups, often with an empty one or a dotted tail.
  static func groups(using random: inout SplitMix64) -> String {
    var groups: [String] = []
    for _ in 0..<Int.random(in: 1...9, using: &random) {
      let group = UInt16.random(in: 0...UInt16.max, using: &random)
      let shift = Int.random(in: 0...15, using: &random)
      groups.append(
        Int.random(in: 0..<7, using: &random) == 0 ? "" : String(group >> shift, radix: 16)
      )
    }
    if Int.random(in: 0..<4, using: &random) == 0 { groups.append("1.2.3.4") }
    if Int.random(in: 0..<8, using: &random) == 0 { groups.insert("", at: 0) }
    if Int.random(in: 0..<8, using: &random) == 0 { groups.append("") }
    return groups.joined(separator: ":")
  }

  /// Returns bits of which about half of the segments are zero, so that runs of zeros of every kind
  /// occur.
  static func sparseBits(using random: inout SplitMix64) -> UInt128 {
    var bits: UInt128 = 0
    for _ in 0..<8 {
      let segment = UInt16.random(in: 0...UInt16.max, using: &random)
      let shift = Int.random(in: 0...31, using: &random)
      bits = bits << 16 | UInt128(shift > 15 ? 0 : segment >> shift)
    }
    return bits
  }
}
