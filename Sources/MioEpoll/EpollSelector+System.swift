#if MIO_EPOLL_CALLS

public import CMioEpoll
public import MioCore

/// The selector for Linux and Android, over epoll.
///
/// It needs Linux 2.6.27. From Linux 5.11 on, timeouts have a precision of one nanosecond. Before
/// Linux 5.11, a timeout that is not in whole milliseconds is rounded up.
///
/// - SeeAlso: [epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html).
public struct EpollSelector: ~Copyable {
  @usableFromInline
  let backend: EpollBackend<SystemEpollCalls>

  private init(_ backend: consuming EpollBackend<SystemEpollCalls>) {
    self.backend = backend
  }
}

/// The record that epoll writes for one event.
@frozen
public struct EpollRecord: BitwiseCopyable {
  @usableFromInline
  let record: c_mio_epoll_event

  @inlinable
  init(_ record: c_mio_epoll_event) {
    self.record = record
  }
}

extension EpollSelector: PollableSelector {
  /// Creates a selector with `epoll_create1`.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  public init() throws(IOError) {
    self.init(try EpollBackend())
  }

  /// The identity of the selector, which its duplicates share.
  @inlinable
  public var identity: SelectorIdentity { backend.identity }

  /// The notifier of the wakers.
  ///
  /// It creates its eventfd when the first waker is made.
  @inlinable
  public var wakeNotifier: WakeNotifier { backend.wakeNotifier }

  /// The time of `CLOCK_MONOTONIC`.
  @inlinable
  public var now: Instant { backend.now }

  /// The descriptor of the epoll instance.
  ///
  /// The selector owns it.
  public var descriptor: Descriptor { backend.descriptor }

  /// Returns a registry over the same epoll instance.
  ///
  /// It cannot fail. All handles share the descriptor, and the last of them closes it.
  public borrowing func duplicate() -> Registry<EpollSelector> {
    Registry(EpollSelector(EpollBackend(sharing: backend)))
  }

  /// Registers a descriptor with `EPOLL_CTL_ADD`.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  @inlinable
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.register(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration with `EPOLL_CTL_MOD`.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  @inlinable
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor with `EPOLL_CTL_DEL`.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  @inlinable
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try backend.deregister(descriptor, state: state)
  }

  /// Creates the eventfd of the notifier and registers it, if it does not exist.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  public borrowing func prepareWaking() throws(IOError) {
    try backend.prepareWaking()
  }

  /// Waits once with `epoll_wait`, or with `epoll_pwait2` if the time is not in whole milliseconds.
  ///
  /// - Returns: The number of records that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or `.badDescriptor` if other code closed
  ///   the descriptor.
  @inlinable
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<EpollRecord>, for time: WaitTime
  ) throws(IOError) -> Int {
    try unsafe buffer.withMemoryRebound(to: c_mio_epoll_event.self) { buffer throws(IOError) in
      unsafe try backend.wait(into: buffer, for: time)
    }
  }

  /// Removes the record of the notifier's eventfd.
  ///
  /// - Returns: The number of records that remain.
  @inlinable
  public borrowing func removeWakeRecords(
    from buffer: UnsafeMutableBufferPointer<EpollRecord>, count: Int
  ) -> Int {
    unsafe buffer.withMemoryRebound(to: c_mio_epoll_event.self) {
      unsafe backend.removeWakeRecords(from: $0, count: count)
    }
  }

  /// Translates a record to an event.
  ///
  /// The event mask of epoll has the bits of ``Event/Readiness``, so it is not translated.
  @inlinable
  public static func event(_ record: EpollRecord) -> Event {
    EpollBackend<SystemEpollCalls>.event(record.record)
  }

  /// Creates a record of an event.
  @inlinable
  public static func record(_ event: Event) -> EpollRecord {
    EpollRecord(EpollBackend<SystemEpollCalls>.record(event))
  }
}

#endif
