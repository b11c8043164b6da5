package import MioCore

/// The kqueue backend over a given set of system calls.
///
/// `KqueueSelector` is the backend over the real kernel.
///
/// Users and maintainers need to know these properties of kqueue:
///
/// a) A registration belongs to a number and a direction, so a source has up to three of them. The
///    backend therefore sends changes as lists, each change with a receipt, and merges the records
///    of a source to one event.
/// b) Adding a filter that exists does not change its mode, and on some systems it does not count
///    as an edge. The backend therefore always deletes the existing filters first.
/// c) Closing a descriptor ends its registrations, even if duplicates of it are open.
/// d) `fork` does not pass the selector's descriptor on: a child must not use a poll of its parent.
/// e) Some systems cannot watch files or certain terminals. Other systems watch them, but do not
///    report useful events.
package struct KqueueBackend<Calls: KqueueCalls>: ~Copyable {
  let queue: KqueueQueue<Calls>
  let notifier: KqueueWakeNotifier<Calls>

  /// The identity of the selector.
  package let identity: SelectorIdentity

  /// Creates a selector over the given system calls.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init(calls: Calls) throws(IOError) {
    queue = try KqueueQueue(calls)
    notifier = KqueueWakeNotifier(queue)
    identity = SelectorIdentity()
  }

  init(sharing original: borrowing KqueueBackend) {
    queue = original.queue
    notifier = original.notifier
    identity = original.identity
  }
}

extension KqueueBackend: PollableSelector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// The call cannot fail. All handles share the descriptor, which is closed with the last handle
  /// and the last waker.
  package borrowing func duplicate() -> Registry<KqueueBackend> {
    Registry(KqueueBackend(sharing: self))
  }

  /// The descriptor of the queue.
  ///
  /// The selector owns it. A source of asynchronous I/O names it in its `sigevent`.
  package var descriptor: Descriptor { Descriptor(queue.descriptor) }

  /// The time of `CLOCK_MONOTONIC`, or of `CLOCK_UPTIME_RAW` on Apple's systems.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The notifier of the wakers.
  package var wakeNotifier: WakeNotifier { notifier }

  /// Creates the notifier's user event or pipe and registers it, unless this has been done.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package borrowing func prepareWaking() throws(IOError) {
    try notifier.open()
  }
}
