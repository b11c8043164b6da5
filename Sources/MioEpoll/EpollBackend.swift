public import MioCore

/// The epoll backend over a given way to the kernel; `EpollSelector` is the one over the real kernel.
///
/// What epoll does that a user, or whoever changes this, has to know:
///
/// a) A registration belongs to the open file, not to the number. While a duplicate of a closed
///    descriptor lives, in this process or another, its events go on, and nobody can remove them:
///    code that duplicates descriptors deregisters before it closes.
/// b) `EPOLLERR` and `EPOLLHUP` are always reported, asked for or not, and under level triggering
///    again and again.
/// c) An edge reports everything that holds, so new data on a writable source reports it writable too.
/// d) `EPOLL_CTL_MOD` tests the conditions anew: that is what makes `reregister` an edge.
/// e) Regular files and directories cannot be watched (`EPERM`), nor can polls that form a circle
///    (`ELOOP`), nor a poll by itself (`EINVAL`).
/// f) A child process after `fork` shares the queue, and changes it for the parent too. Close it
///    there, or call `exec`: all descriptors are close-on-exec.
@usableFromInline
package struct EpollBackend<Calls: EpollCalls>: ~Copyable {
  @usableFromInline
  let calls: Calls
  /// The queue's descriptor, beside its owner: one load less for each call.
  @usableFromInline
  let queue: Int32
  private let owner: EpollQueue<Calls>
  @usableFromInline
  let notifier: EpollWakeNotifier<Calls>

  /// Who the selector is.
  @usableFromInline
  package let identity: SelectorIdentity

  /// Creates a selector over this way to the kernel.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
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
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
  @usableFromInline
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// It cannot fail: all handles share the descriptor, which is closed with the last of them.
  @usableFromInline
  package borrowing func duplicate() -> Registry<EpollBackend> {
    Registry(EpollBackend(sharing: self))
  }

  /// The queue's own descriptor.
  ///
  /// The selector keeps it.
  @usableFromInline
  package var descriptor: Descriptor { Descriptor(queue) }

  /// `CLOCK_MONOTONIC`.
  @inlinable
  package var now: Instant { Instant(nanoseconds: calls.now()) }

  /// The wakers' meeting place, with an eventfd from the first waker on.
  @inlinable
  package var wakeNotifier: WakeNotifier { notifier }

  /// Makes the notifier's eventfd and registers it, unless that is done.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
  @usableFromInline
  package borrowing func prepareWaking() throws(IOError) {
    try notifier.open(in: queue)
  }
}
