/// The requirements of ``SocketOptionValue`` as stored values.
///
/// An option stores them, so that neither the protocol nor its requirements become members of
/// `Bool`, `Int` and `String` in a program that imports this module.
struct SocketOptionCoding<Value>: Sendable {
  /// The number of bytes that the system takes.
  let size: Int
  let decode: @Sendable (SocketOptionWords, SocketOptionUnit) -> Value
  let encode: @Sendable (Value, SocketOptionUnit) -> SocketOptionWords?

  init() where Value: SocketOptionValue {
    size = Value.optionSize
    decode = { words, unit in Value(words, unit) }
    encode = { value, unit in value.words(unit) }
  }
}
