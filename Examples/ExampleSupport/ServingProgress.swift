/// The state of a connection after it was served.
@usableFromInline
enum ServingProgress {
  /// The connection waits for the next event.
  case waiting
  /// The connection could continue, but other connections are served first.
  case yielding
  /// The connection has done its work, and can be closed.
  case finished
}
