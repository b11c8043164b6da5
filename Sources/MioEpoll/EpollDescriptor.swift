/// Owns one of the backend's own descriptors, and closes it through the seam.
@usableFromInline
struct EpollDescriptor<Calls: EpollCalls>: ~Copyable, Sendable {
  /// -1 once it was given up.
  @usableFromInline var rawValue: Int32
  @usableFromInline let calls: Calls

  @usableFromInline
  init(_ rawValue: Int32, _ calls: Calls) {
    self.rawValue = rawValue
    self.calls = calls
  }

  // `close` gives the number up even when it reports an error, and must not be tried again.
  @inlinable
  deinit {
    if rawValue >= 0 { _ = calls.close(rawValue) }
  }

  /// Gives the descriptor up without closing it.
  consuming func release() -> Int32 {
    let released = rawValue
    rawValue = -1
    return released
  }
}
