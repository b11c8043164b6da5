#if MIO_KQUEUE_CALLS

import CMioKqueue
public import MioCore

/// kqueue, the selector for Apple's systems and the BSDs.
///
/// - SeeAlso: [kqueue(2)](https://man.freebsd.org/cgi/man.cgi?query=kqueue).
public struct KqueueSelector: ~Copyable {
  package let backend: KqueueBackend<SystemKqueueCalls>

  private init(_ backend: consuming KqueueBackend<SystemKqueueCalls>) {
    self.backend = backend
  }
}

/// The record that a kqueue writes for one event.
///
/// ``MioCore/Events/details(at:)`` reads it.
public struct KqueueRecord: BitwiseCopyable {
  let record: c_mio_kqueue_record
}

extension KqueueSelector: PollableSelector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  public init() throws(IOError) {
    self.init(try KqueueBackend())
  }

  /// The identity of the selector, which its duplicates share.
  public var identity: SelectorIdentity { backend.identity }

  /// The notifier of the wakers.
  ///
  /// It has a user event or a pipe from the first waker on.
  public var wakeNotifier: WakeNotifier { backend.wakeNotifier }

  /// The time of `CLOCK_MONOTONIC`.
  public var now: Instant { backend.now }

  /// The descriptor of the kqueue.
  ///
  /// The selector owns it. A source of asynchronous I/O names it in its `sigevent`.
  public var descriptor: Descriptor { backend.descriptor }

  /// Returns a registry over the same kqueue.
  ///
  /// It cannot fail. All handles share the descriptor, which is closed with the last of them and the last waker.
  public borrowing func duplicate() -> Registry<KqueueSelector> {
    Registry(KqueueSelector(KqueueBackend(sharing: backend)))
  }

  /// Watches a descriptor with `EV_ADD`, one filter for each direction.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.register(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration: deletes the filters and adds the new ones in one list.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor with `EV_DELETE`.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try backend.deregister(descriptor, state: state)
  }

  /// Creates the user event or the pipe of the notifier, unless that is done.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  public borrowing func prepareWaking() throws(IOError) {
    try backend.prepareWaking()
  }

  /// Waits once with `kevent`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or `.badDescriptor` when other code closed the descriptor.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<KqueueRecord>, for time: WaitTime
  ) throws(IOError) -> Int {
    try unsafe buffer.withMemoryRebound(to: c_mio_kqueue_record.self) { buffer throws(IOError) in
      unsafe try backend.wait(into: buffer, for: time)
    }
  }

  /// Translates a record.
  public static func event(_ record: KqueueRecord) -> Event {
    KqueueBackend<SystemKqueueCalls>.event(record.record)
  }

  /// Makes a record of an event.
  public static func record(_ event: Event) -> KqueueRecord {
    KqueueRecord(record: KqueueBackend<SystemKqueueCalls>.record(event))
  }
}

extension Registry where S: ~Copyable {
  /// Begins to watch what a filter names: `kevent` with `EV_ADD`.
  ///
  /// Registering it again replaces token and mode.
  ///
  /// - Throws: ``IOError`` with the kind
  ///   - `.unsupported` for a filter that the system does not have;
  ///   - `.badDescriptor` or `.other` when what it names does not exist;
  ///   - `.alreadyRegistered` for a user event that is the selector's own.
  public borrowing func register(
    _ filter: KqueueFilter, token: Token, mode: TriggerMode = .edge
  ) throws(IOError) where S == KqueueSelector {
    try selector.backend.register(filter, token: token, mode: mode)
  }

  /// Ceases to watch what a filter names: `kevent` with `EV_DELETE`.
  ///
  /// - Throws: ``IOError`` with the kind `.notRegistered` when it is not watched, or no longer: a process
  ///   that has ended, a timer of the mode `.oneShot` that has come.
  public borrowing func deregister(
    _ filter: KqueueFilter
  ) throws(IOError) where S == KqueueSelector {
    try selector.backend.deregister(filter)
  }

  /// Makes a registered user event happen: `kevent` with `NOTE_TRIGGER`.
  ///
  /// Several triggers before a poll are one event.
  ///
  /// - Parameters:
  ///   - filter: The user event.
  ///   - token: What the event carries from now on; the system replaces it with each trigger.
  /// - Throws: ``IOError`` with the kind `.notRegistered`, or `.invalidArgument` for a filter that is not
  ///   a user event.
  public borrowing func trigger(
    _ filter: KqueueFilter, token: Token
  ) throws(IOError) where S == KqueueSelector {
    try selector.backend.trigger(filter, token: token)
  }
}

extension Events where S == KqueueSelector {
  /// Returns what the kqueue says about an event beyond the portable readiness.
  ///
  /// - Parameter position: A position in the events of the last poll.
  /// - Returns: The details.
  public func details(at position: Int) -> KqueueDetails {
    KqueueDetails(record(at: position).record)
  }
}

#endif
