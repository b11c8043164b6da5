/// What a poll does when a signal handler ran while it waited.
@frozen
public enum InterruptPolicy: Sendable, Hashable {
  /// Goes on waiting with the rest of the time.
  case retry

  /// Throws ``IOError`` with the kind `.interrupted`, and no events.
  case `throw`
}

extension InterruptPolicy {
  /// Throws the error of a wait, unless it is an interruption after which to go on.
  ///
  /// The `throw` stands here and not in inlinable code.
  @inline(never)
  @usableFromInline
  func handle(_ error: IOError) throws(IOError) {
    if self == .throw || error.kind != .interrupted { throw error }
  }
}
