/// The caller's name for a registration: a machine word that comes back with each of its events.
///
/// Mio never looks inside: the whole word is the caller's, so a pointer, an index, zero and all ones
/// are equally good. Several sources may share a token; nothing checks that it is unique.
/// ``TokenTable`` makes tokens that find a value again, and find nothing once it is gone.
///
/// - SeeAlso: mio 1.2.2 `Token`.
@frozen
public struct Token: RawRepresentable, Hashable, Sendable {
  /// The word itself.
  public let rawValue: UInt

  /// Creates a token from a word.
  @inlinable
  public init(rawValue: UInt) {
    self.rawValue = rawValue
  }

  /// Creates a token from a word.
  @inlinable
  public init(_ rawValue: UInt) {
    self.rawValue = rawValue
  }

  /// Creates a token from any other integer, such as an index.
  ///
  /// A token takes the low bits of the integer, so a negative one keeps its bits.
  @inlinable
  public init(_ value: some BinaryInteger) {
    self.init(UInt(truncatingIfNeeded: value))
  }
}

extension Token: Comparable {
  /// Whether the first comes before the second.
  @inlinable
  public static func < (lhs: Token, rhs: Token) -> Bool {
    lhs.rawValue < rhs.rawValue
  }
}

extension Token: ExpressibleByIntegerLiteral {
  /// Creates a token from a literal.
  @inlinable
  public init(integerLiteral value: UInt) {
    rawValue = value
  }
}

extension Token: CustomStringConvertible {
  /// A text for people; its form may change.
  public var description: String {
    "Token(\(rawValue))"
  }
}
