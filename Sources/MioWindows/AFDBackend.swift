package import MioCore

/// The backend over the completion ports of Windows and a given set of system calls.
///
/// `AFDSelector` is the backend over the real kernel.
///
/// Windows reports completions, not readiness. The ancillary function driver (AFD), on which
/// `select` is built, has a poll whose completion a port can report. Users and maintainers need to
/// know these properties:
///
/// a) A socket has at most one poll in progress. A poll cannot be changed, only cancelled. It
///    always ends with a packet, also when it is cancelled. Its memory belongs to the system until
///    then.
/// b) Polls report levels. The backend derives edges from them: it does not request a reported
///    event again until an operation would block.
/// c) Polls of sockets are submitted when a wait begins, or at once while a wait is in progress. If
///    the system refuses the poll of a socket, the backend reports an event of the socket, so that
///    the caller tries an operation. The wait does not throw this error.
/// d) A packet reports the state at the time when it was sent. The state may have changed before
///    the packet is read, which results in a spurious event, also for level-triggered
///    registrations.
/// e) Packets may be obsolete, such as those of cancelled polls, and leave no space for others. The
///    wait then queries the port again without waiting, so that it also reports the ready sources.
/// f) Waits have a resolution of whole milliseconds.
package struct AFDBackend<Calls: AFDCalls>: ~Copyable {
  let queue: AFDQueue<Calls>
  private let notifier: AFDWakeNotifier<Calls>

  /// The identity of the selector.
  package let identity: SelectorIdentity

  /// Creates a selector over the given system calls.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` or another.
  package init(calls: Calls) throws(IOError) {
    queue = try AFDQueue(calls)
    notifier = AFDWakeNotifier(queue.port)
    identity = SelectorIdentity()
  }

  init(sharing original: borrowing AFDBackend) {
    queue = original.queue
    notifier = original.notifier
    identity = original.identity
  }
}

extension AFDBackend: Selector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` or another.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same port.
  ///
  /// The call cannot fail.
  package borrowing func duplicate() -> Registry<AFDBackend> {
    Registry(AFDBackend(sharing: self))
  }

  /// The time of the performance counter.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The notifier of the wakers.
  package var wakeNotifier: WakeNotifier { notifier }

  /// Does nothing, because wakers post to the port.
  package borrowing func prepareWaking() {}

  /// The number of operations of named pipes and waits that are in progress.
  package var operationsInFlight: Int { queue.operations.count }
}
