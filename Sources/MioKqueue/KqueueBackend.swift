package import MioCore

/// The kqueue backend over a given way to the kernel; `KqueueSelector` is the one over the real kernel.
///
/// What kqueue does that a user, or whoever changes this, has to know:
///
/// a) A registration is of a number and a direction: a source has up to three. Changes are therefore
///    sent as lists, each with a receipt, and the records of a source are merged to one event.
/// b) Adding what is there changes neither mode nor, on some systems, counts as an edge. All that is
///    there is therefore deleted first, always.
/// c) Closing the number ends its registrations, duplicates or not.
/// d) The selector's descriptor is not inherited by `fork`: a child must not use a poll of its parent.
/// e) Files and some terminals cannot be watched, or not usefully, and which ones differs by system.
package struct KqueueBackend<Calls: KqueueCalls>: ~Copyable {
  let queue: KqueueQueue<Calls>
  let notifier: KqueueWakeNotifier<Calls>

  /// Who the selector is.
  package let identity: SelectorIdentity

  /// Creates a selector over this way to the kernel.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
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
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// It cannot fail: handles share the descriptor, which is closed with the last of them and the last
  /// waker.
  package borrowing func duplicate() -> Registry<KqueueBackend> {
    Registry(KqueueBackend(sharing: self))
  }

  /// The queue's own descriptor.
  ///
  /// The selector keeps it. A source of asynchronous I/O names it in its `sigevent`.
  package var descriptor: Descriptor { Descriptor(queue.descriptor) }

  /// `CLOCK_MONOTONIC`.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The wakers' meeting place.
  package var wakeNotifier: WakeNotifier { notifier }

  /// Makes the notifier's user event or pipe and registers it, unless that is done.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
  package borrowing func prepareWaking() throws(IOError) {
    try notifier.open()
  }
}
