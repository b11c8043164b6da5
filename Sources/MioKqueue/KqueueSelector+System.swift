#if MIO_KQUEUE_CALLS

import CMioKqueue
public import MioCore

/// The selector over kqueue, for Apple's systems and the BSDs.
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
  /// It creates its user event or its pipe when the first waker is made.
  public var wakeNotifier: WakeNotifier { backend.wakeNotifier }

  /// The time of `CLOCK_MONOTONIC`, or of `CLOCK_UPTIME_RAW` on Apple's systems.
  public var now: Instant { backend.now }

  /// The descriptor of the kqueue.
  ///
  /// The selector owns it. A source of asynchronous I/O names it in its `sigevent`.
  public var descriptor: Descriptor { backend.descriptor }

  /// Returns a registry over the same kqueue.
  ///
  /// The call cannot fail. All handles share the descriptor, which is closed with the last handle
  /// and the last waker.
  public borrowing func duplicate() -> Registry<KqueueSelector> {
    Registry(KqueueSelector(KqueueBackend(sharing: backend)))
  }

  /// Watches a descriptor with `EV_ADD`, one filter for each direction.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)`` does.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.register(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration: deletes the filters and adds the new ones in one list.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)`` does.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor with `EV_DELETE`.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)`` does.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try backend.deregister(descriptor, state: state)
  }

  /// Creates the user event or the pipe of the notifier, unless this has been done.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  public borrowing func prepareWaking() throws(IOError) {
    try backend.prepareWaking()
  }

  /// Waits once with `kevent`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or `.badDescriptor` if other code closed
  ///   the descriptor.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<KqueueRecord>, for time: WaitTime
  ) throws(IOError) -> Int {
    try unsafe buffer.withMemoryRebound(to: c_mio_kqueue_record.self) { buffer throws(IOError) in
      unsafe try backend.wait(into: buffer, for: time)
    }
  }

  /// Translates a record to an event.
  public static func event(_ record: KqueueRecord) -> Event {
    KqueueBackend<SystemKqueueCalls>.event(record.record)
  }

  /// Makes a record of an event.
  public static func record(_ event: Event) -> KqueueRecord {
    KqueueRecord(record: KqueueBackend<SystemKqueueCalls>.record(event))
  }
}

extension Registry where S: ~Copyable {
  /// Starts to watch the object that a filter names: `kevent` with `EV_ADD`.
  ///
  /// Registering a filter again replaces its token and its mode. A filter for a process keeps its
  /// first mode, and reports the end of the process with the new token, even if the process has
  /// already ended. Any other filter loses the events that were not reported yet, and is no longer
  /// registered if the second registration fails.
  ///
  /// - Throws: ``IOError`` with the kind
  ///   - `.unsupported` if the system does not have the filter;
  ///   - `.badDescriptor` or `.other` if the object does not exist;
  ///   - `.alreadyRegistered` for the user event of the selector itself.
  public borrowing func register(
    _ filter: KqueueFilter, token: Token, mode: TriggerMode = .edge
  ) throws(IOError) where S == KqueueSelector {
    try selector.backend.register(filter, token: token, mode: mode)
  }

  /// Stops watching the object that a filter names: `kevent` with `EV_DELETE`.
  ///
  /// - Throws: ``IOError`` with the kind `.notRegistered` if the object is not watched, or no
  ///   longer watched. Examples are a process that has ended, and a timer with the mode `.oneShot`
  ///   that has expired.
  public borrowing func deregister(
    _ filter: KqueueFilter
  ) throws(IOError) where S == KqueueSelector {
    try selector.backend.deregister(filter)
  }

  /// Triggers a registered user event: `kevent` with `NOTE_TRIGGER`.
  ///
  /// Several triggers before a poll produce one event.
  ///
  /// - Parameters:
  ///   - filter: The user event.
  ///   - token: The token of the event from this trigger on. The system replaces the token with
  ///     each trigger.
  /// - Throws: ``IOError`` with the kind `.notRegistered`, or `.invalidArgument` if the filter is
  ///   not a user event.
  public borrowing func trigger(
    _ filter: KqueueFilter, token: Token
  ) throws(IOError) where S == KqueueSelector {
    try selector.backend.trigger(filter, token: token)
  }
}

extension Events where S == KqueueSelector {
  /// Returns the information of the kqueue about an event beyond the portable readiness.
  ///
  /// - Parameter position: A position in the events of the last poll.
  /// - Returns: The details.
  public func details(at position: Int) -> KqueueDetails {
    KqueueDetails(record(at: position).record)
  }
}

#endif
