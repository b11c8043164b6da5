/// The functions of a ``SocketOptionValue``, as values.
///
/// An option keeps them, so that neither the protocol nor its requirements become members of `Bool`, `Int` and
/// `String` in a program that imports this module.
struct SocketOptionCoding<Value>: Sendable {
  /// How many bytes the system takes.
  let size: Int
  let decode: @Sendable (SocketOptionWords, SocketOptionUnit) -> Value
  let encode: @Sendable (Value, SocketOptionUnit) -> SocketOptionWords?

  init() where Value: SocketOptionValue {
    size = Value.optionSize
    decode = { words, unit in Value(words, unit) }
    encode = { value, unit in value.words(unit) }
  }
}
