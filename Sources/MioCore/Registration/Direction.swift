/// A direction of input and output.
@frozen
public enum Direction: Sendable, Hashable {
  /// Reading, receiving, accepting, peeking.
  case readable
  /// Writing, sending, connecting.
  case writable
}
