/// The action of a poll after a signal handler has interrupted its wait.
@frozen
public enum InterruptPolicy: Sendable, Hashable {
  /// The poll waits again for the remaining time.
  case retry

  /// The poll throws ``IOError`` with the kind `.interrupted`, and returns no events.
  case `throw`
}

extension InterruptPolicy {
  /// Throws the error of a wait, unless it is an interruption after which the poll retries.
  ///
  /// The `throw` is here so that inlinable code does not contain it.
  @inline(never)
  @usableFromInline
  func handle(_ error: IOError) throws(IOError) {
    if self == .throw || error.kind != .interrupted { throw error }
  }
}
