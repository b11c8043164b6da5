/// A cursor over the UTF-8 bytes of a text, shared by the parsers of all address types.
///
/// A method moves past what it read, or fails by returning `nil` or `false`. Where it then leaves the
/// cursor matters only if it says so, because a failure mostly ends the parse.
///
/// Only what the grammar can still accept is read, so a text of any length is refused after a few
/// dozen bytes. Nothing here allocates or can trap. The methods for one type are beside that type.
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

  /// Whether the whole text has been read.
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

  /// Moves past one ASCII character if it comes next, otherwise moves nowhere.
  @inlinable
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard !isAtEnd, UInt32(bytes[position]) == character.value else { return false }
    bytes.formIndex(after: &position)
    return true
  }

  /// Reads one digit below a radix of at most 16, or moves nowhere.
  @inlinable
  mutating func digit(below radix: UInt8) -> UInt8? {
    guard let digit = nextDigit, digit < radix else { return nil }
    bytes.formIndex(after: &position)
    return digit
  }

  /// Reads all decimal digits that follow, without sign or leading zero, as a number that fits.
  @inlinable
  mutating func decimal<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) -> Value? {
    guard let first = digit(below: 10) else { return nil }
    var value = Value(truncatingIfNeeded: first)
    while let next = digit(below: 10) {
      // Only after a leading zero is the value still zero here.
      guard value != 0 else { return nil }
      let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = tens.addingReportingOverflow(Value(truncatingIfNeeded: next))
      guard !tensOverflow, !sumOverflow else { return nil }
      value = sum
    }
    return value
  }
}
