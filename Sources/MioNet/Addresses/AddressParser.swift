/// A cursor over the UTF-8 bytes of a text, which the parsers of all address types share.
///
/// A method moves past the bytes that it read, or fails and returns `nil` or `false`. The position
/// after a failure is undefined unless the method documents it, because a failure usually ends the
/// parse.
///
/// The parser reads only bytes that the grammar can still accept. It therefore refuses a text of
/// any length after a few dozen bytes. No method allocates, and no method can trap. The methods for
/// one type are next to that type.
@usableFromInline
struct AddressParser<Bytes: Collection<UInt8>> {
  @usableFromInline
  let bytes: Bytes
  @usableFromInline
  var position: Bytes.Index

  @inlinable
  init(_ bytes: Bytes) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Whether the parser has read the whole text.
  @inlinable
  var isAtEnd: Bool {
    position == bytes.endIndex
  }

  /// The value of the next byte as a hexadecimal digit of either case.
  @inlinable
  var nextDigit: UInt8? {
    guard !isAtEnd else { return nil }
    let byte = bytes[position]
    return switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Moves past an ASCII character if it comes next, otherwise does not move.
  @inlinable
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard !isAtEnd, UInt32(bytes[position]) == character.value else { return false }
    bytes.formIndex(after: &position)
    return true
  }

  /// Reads one digit below a radix of at most 16, or does not move.
  @inlinable
  mutating func digit(below radix: UInt8) -> UInt8? {
    guard let digit = nextDigit, digit < radix else { return nil }
    bytes.formIndex(after: &position)
    return digit
  }

  /// Reads all decimal digits that follow, without a sign or a leading zero, as a number that fits.
  @inlinable
  mutating func decimal<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) -> Value? {
    guard let first = digit(below: 10) else { return nil }
    var value = Value(truncatingIfNeeded: first)
    while let next = digit(below: 10) {
      // The value can still be zero here only after a leading zero.
      guard value != 0 else { return nil }
      let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = tens.addingReportingOverflow(Value(truncatingIfNeeded: next))
      guard !tensOverflow, !sumOverflow else { return nil }
      value = sum
    }
    return value
  }
}
