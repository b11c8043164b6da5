#if MIO_POLL_CALLS

public import MioCore

/// `poll(2)`, the selector for every POSIX system.
///
/// It costs time in proportion to the sources at each poll, and serves where there is nothing better, and
/// to compare other backends with. Timeouts are exact to the nanosecond where there is `ppoll`, and
/// rounded up to milliseconds elsewhere.
///
/// - SeeAlso: [poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html).
public struct PollSelector: ~Copyable {
  package let backend: PollBackend<SystemPollCalls>

  private init(_ backend: consuming PollBackend<SystemPollCalls>) {
    self.backend = backend
  }
}

extension PollSelector: Selector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  public init() throws(IOError) {
    self.init(try PollBackend())
  }

  /// The identity of the selector, which its duplicates share.
  public var identity: SelectorIdentity { backend.identity }

  /// The notifier of the wakers.
  public var wakeNotifier: WakeNotifier { backend.wakeNotifier }

  /// The time of `CLOCK_MONOTONIC`.
  public var now: Instant { backend.now }

  /// Returns a registry over the same list of descriptors.
  ///
  /// It cannot fail. All handles share the list.
  public borrowing func duplicate() -> Registry<PollSelector> {
    Registry(PollSelector(PollBackend(sharing: backend)))
  }

  /// Watches a descriptor.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.register(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try backend.deregister(descriptor, state: state)
  }

  /// Does nothing.
  ///
  /// The notifier exists from the start.
  public borrowing func prepareWaking() {
    backend.prepareWaking()
  }

  /// Waits once with `ppoll`, or with `poll` where there is no `ppoll`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted`, among others.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    unsafe try backend.wait(into: buffer, for: time)
  }

  /// Returns the record, which is an event already.
  public static func event(_ record: Event) -> Event { record }

  /// Returns the event, which is a record already.
  public static func record(_ event: Event) -> Event { event }
}

#endif
