import MioCore

/// The predicates of an event that are true, by their letters in `Docs/Portability.md`.
struct Predicates: OptionSet, Sendable, CustomStringConvertible {
  let rawValue: UInt8

  static let r = Predicates(rawValue: 1 << 0)
  static let w = Predicates(rawValue: 1 << 1)
  static let e = Predicates(rawValue: 1 << 2)
  static let rc = Predicates(rawValue: 1 << 3)
  static let wc = Predicates(rawValue: 1 << 4)
  static let p = Predicates(rawValue: 1 << 5)

  private static let names: [(Predicates, String)] = [
    (.r, "R"), (.w, "W"), (.e, "E"), (.rc, "RC"), (.wc, "WC"), (.p, "P"),
  ]

  var description: String {
    let said = Self.names.filter { contains($0.0) }.map(\.1).joined(separator: " ")
    return said.isEmpty ? "nothing" : said
  }
}

extension Predicates {
  /// Creates the set of the predicates that are true for an event.
  init(_ event: Event) {
    self = []
    if event.isReadable { insert(.r) }
    if event.isWritable { insert(.w) }
    if event.isError { insert(.e) }
    if event.isReadClosed { insert(.rc) }
    if event.isWriteClosed { insert(.wc) }
    if event.isPriority { insert(.p) }
  }
}
