#if MIO_POLL_CALLS

public import MioCore

/// The selector for every POSIX system, over `poll(2)`.
///
/// The time of each poll is proportional to the number of sources. Use it where no better selector
/// exists, and as a reference for other backends. Timeouts have a precision of one nanosecond where
/// `ppoll` exists, and are rounded up to milliseconds elsewhere.
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

  /// The time of `CLOCK_MONOTONIC`, or of `CLOCK_UPTIME_RAW` on Apple's systems.
  public var now: Instant { backend.now }

  /// Returns a registry over the same list of descriptors.
  ///
  /// It cannot fail. All handles share the list.
  public borrowing func duplicate() -> Registry<PollSelector> {
    Registry(PollSelector(PollBackend(sharing: backend)))
  }

  /// Registers a descriptor.
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

  /// Does nothing, because the notifier exists from the start.
  public borrowing func prepareWaking() {}

  /// Waits once with `ppoll`, or with `poll` where there is no `ppoll`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted` or another.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    unsafe try backend.wait(into: buffer, for: time)
  }

  /// Returns the record, which is already an event.
  public static func event(_ record: Event) -> Event { record }

  /// Returns the event, which is already a record.
  public static func record(_ event: Event) -> Event { event }
}

#endif
