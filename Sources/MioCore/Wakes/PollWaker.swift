/// Makes a poll return, and report a token, from any thread.
///
/// Make it with ``Registry/makeWaker(token:)``, as many as needed. All wakers of a poll share one
/// kernel object. Wakes coalesce: after a wake the poll reports the token at least once, and at most
/// once per waker and poll. A wake before, during or between polls is never lost, not even when its
/// waker is gone by then. What happened before ``wake()`` is visible after the poll that reports it.
///
/// A copy is the same waker. It may outlive its poll: waking is then without effect, and harmless.
///
/// - Important: Do not wake from a signal handler: the first wake after a poll may take a reference
///   count, which is no async-signal-safe operation. Use a signal descriptor as a source instead.
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

  /// Makes the poll under way, or the next one, report this waker's token as readable.
  ///
  /// Never blocks. While a wake of this waker is pending, another costs one atomic exchange and no
  /// system call; the first one makes a system call only if the poll may be asleep, or its
  /// descriptor was handed out.
  ///
  /// - Throws: ``IOError`` when the system refuses to signal: somebody closed the selector's descriptors, or
  ///   Windows is out of memory. Interruptions and a full counter or pipe are dealt with. The wake can be tried
  ///   again. A wake by a copy of this waker that came at the same time, and has returned, then waits for the
  ///   next wake of either or for the next poll; wakes of other wakers do not.
  @inlinable
  public func wake() throws(IOError) {
    try notifier.wake(node)
  }
}

extension PollWaker: Hashable {
  /// Whether both are copies of one waker.
  public static func == (lhs: PollWaker, rhs: PollWaker) -> Bool {
    lhs.node === rhs.node
  }

  /// Feeds the identity of the waker into `hasher`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(node))
  }
}
