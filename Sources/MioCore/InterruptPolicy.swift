/// What a poll does when a signal handler ran while it waited.
@frozen
public enum InterruptPolicy: Sendable, Hashable {
  /// Goes on waiting with the rest of the time.
  case retry

  /// Throws ``IOError`` with the kind `.interrupted`, and no events.
  case `throw`
}
