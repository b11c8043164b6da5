package import MioCore

/// The `poll(2)` backend over a set of system calls.
///
/// `PollSelector` is this backend over the calls of the real kernel. Users and maintainers need to
/// know these properties of poll(2):
///
/// a) It reports levels only. The backend emulates edges: it does not query a reported condition
///    again until an operation would block. So data that arrives after a short read is not a new
///    edge. Repeat the operation until it returns `nil`.
/// b) The time of a poll is proportional to the number of registered sources.
/// c) Only Linux reports that a peer has finished before its bytes are read (`POLLRDHUP`).
/// d) The selector has no descriptor, so another poll cannot watch a poll over it.
package struct PollBackend<Calls: PollCalls>: ~Copyable {
  let queue: PollQueue<Calls>

  /// The identity of the selector.
  package let identity: SelectorIdentity

  /// Creates a selector over a set of system calls.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init(calls: Calls) throws(IOError) {
    queue = try PollQueue(calls)
    identity = SelectorIdentity()
  }

  init(sharing original: borrowing PollBackend) {
    queue = original.queue
    identity = original.identity
  }
}

extension PollBackend: Selector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// It cannot fail.
  package borrowing func duplicate() -> Registry<PollBackend> {
    Registry(PollBackend(sharing: self))
  }

  /// The time of `CLOCK_MONOTONIC`, or of `CLOCK_UPTIME_RAW` on Apple's systems.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The notifier of the wakers.
  package var wakeNotifier: WakeNotifier { queue.notifier }

  /// Does nothing, because the notifier exists from the start.
  package borrowing func prepareWaking() {}
}
