/// A handle that wakes a poll from any thread, and makes the poll report a token.
///
/// ``Registry/makeWaker(token:)`` creates a waker. A poll can have any number of wakers, which
/// share one kernel object. Wakes coalesce: after a wake, the poll reports the token at least once,
/// and at most once per waker and poll. A wake before, during or between polls is never lost, even
/// if its waker no longer exists. Memory writes before ``wake()`` are visible after the poll that
/// reports the wake.
///
/// A copy is the same waker. A waker may outlive its poll. A wake then has no effect, and is
/// harmless.
///
/// - Important: Do not wake from a signal handler. The first wake after a poll may retain an
///   object, which is not async-signal-safe. Use a signal descriptor as a source instead.
/// - SeeAlso: mio 1.2.2 `Waker`, of which a poll can have one.
public struct PollWaker: Waker {
  @usableFromInline
  let notifier: WakeNotifier
  @usableFromInline
  let node: WakeNode

  init(notifier: WakeNotifier, token: Token) {
    self.notifier = notifier
    node = WakeNode(token: token)
  }

  /// The token that the poll reports.
  public var token: Token { node.token }

  /// Makes the current poll, or the next one, report this waker's token as readable.
  ///
  /// The call never blocks. While a wake of this waker is pending, another wake costs one atomic
  /// exchange and no system call. The first wake makes a system call only if the poll may be
  /// sleeping, or if its descriptor was shared.
  ///
  /// - Throws: ``IOError`` if the system refuses the signal: other code has closed the selector's
  ///   descriptors, or Windows is out of memory. Interruptions and a full counter or pipe are
  ///   handled and do not throw. The wake can be repeated. A concurrent wake by a copy of this
  ///   waker may have returned without an error. That wake is then delivered by the next wake of
  ///   either copy, or by the next poll. Wakes of other wakers are not affected.
  @inlinable
  public func wake() throws(IOError) {
    try notifier.wake(node)
  }
}

extension PollWaker: Hashable {
  /// Returns whether both values are copies of one waker.
  public static func == (lhs: PollWaker, rhs: PollWaker) -> Bool {
    lhs.node === rhs.node
  }

  /// Feeds the identity of the waker into `hasher`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(node))
  }
}
