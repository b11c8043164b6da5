public import MioCore

/// The epoll backend over a set of system calls.
///
/// `EpollSelector` is this backend over the calls of the real kernel. Users and maintainers need to
/// know these properties of epoll:
///
/// a) A registration belongs to the open file, not to the descriptor. While a duplicate of a closed
///    descriptor exists, in this process or another, events continue, and no code can remove the
///    registration. If a descriptor was duplicated, deregister its source before closing it.
/// b) `EPOLLERR` and `EPOLLHUP` are always reported, with or without an interest in them. A
///    level-triggered registration reports them at every poll.
/// c) An edge reports all conditions that hold. So new data on a writable source is also reported
///    as writable.
/// d) `EPOLL_CTL_MOD` tests the conditions again, and so makes `reregister` an edge.
/// e) Regular files and directories cannot be watched (`EPERM`). Polls cannot watch each other in a
///    circle (`ELOOP`), and a poll cannot watch itself (`EINVAL`).
/// f) After `fork` the child process shares the queue with its parent, and its changes affect the
///    parent. The child has to close the queue, or to call `exec`: all descriptors are
///    close-on-exec.
@usableFromInline
package struct EpollBackend<Calls: EpollCalls>: ~Copyable {
  @usableFromInline
  let calls: Calls
  /// The descriptor of the queue.
  ///
  /// It is a copy of the owner's property, which saves a load in each call.
  @usableFromInline
  let queue: Int32
  private let owner: EpollQueue<Calls>
  @usableFromInline
  let notifier: EpollWakeNotifier<Calls>

  /// The identity of the selector.
  @usableFromInline
  package let identity: SelectorIdentity

  /// Creates a selector over a set of system calls.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init(calls: Calls) throws(IOError) {
    self.calls = calls
    owner = try EpollQueue(calls)
    queue = owner.descriptor
    notifier = EpollWakeNotifier(calls)
    identity = SelectorIdentity()
  }

  init(sharing original: borrowing EpollBackend) {
    calls = original.calls
    queue = original.queue
    owner = original.owner
    notifier = original.notifier
    identity = original.identity
  }
}

extension EpollBackend: PollableSelector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  @usableFromInline
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// It cannot fail. All handles share the descriptor, and the last of them closes it.
  @usableFromInline
  package borrowing func duplicate() -> Registry<EpollBackend> {
    Registry(EpollBackend(sharing: self))
  }

  /// The descriptor of the queue.
  ///
  /// The selector owns it.
  @usableFromInline
  package var descriptor: Descriptor { Descriptor(queue) }

  /// The time of `CLOCK_MONOTONIC`.
  @inlinable
  package var now: Instant { Instant(nanoseconds: calls.now()) }

  /// The notifier of the wakers.
  ///
  /// It creates its eventfd when the first waker is made.
  @inlinable
  package var wakeNotifier: WakeNotifier { notifier }

  /// Creates the eventfd of the notifier and registers it, if it does not exist.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  @usableFromInline
  package borrowing func prepareWaking() throws(IOError) {
    try notifier.open(in: queue)
  }
}
