/// A machine word that identifies a registration, chosen by the caller and returned with each
/// event.
///
/// Mio does not interpret the word. All its values are valid: a pointer, an index, zero, all ones.
/// Several sources may share a token, and Mio does not check that a token is unique. ``TokenTable``
/// creates tokens that identify a value until the value is removed.
///
/// - SeeAlso: mio 1.2.2 `Token`.
@frozen
public struct Token: RawRepresentable, Hashable, Sendable {
  /// The word.
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
  /// The token takes the low bits of the integer, so a negative integer keeps its bits.
  @inlinable
  public init(_ value: some BinaryInteger) {
    self.init(UInt(truncatingIfNeeded: value))
  }
}

extension Token: Comparable {
  /// Returns whether the first word is less than the second.
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
  /// A textual description whose format may change.
  public var description: String {
    "Token(\(rawValue))"
  }
}
