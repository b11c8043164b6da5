#if MIO_AFD_CALLS

public import MioCore

/// The selector for Windows and Wine, which reports the readiness of sockets over a completion
/// port.
///
/// Timeouts are in whole milliseconds, rounded up. The selector watches sockets (TCP, UDP and
/// Unix), named pipes and ``WaitSource``s.
public struct AFDSelector: ~Copyable {
  package let backend: AFDBackend<SystemAFDCalls>

  private init(_ backend: consuming AFDBackend<SystemAFDCalls>) {
    self.backend = backend
  }
}

extension AFDSelector: Selector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` or another.
  public init() throws(IOError) {
    self.init(try AFDBackend())
  }

  /// The identity of the selector, which its duplicates share.
  public var identity: SelectorIdentity { backend.identity }

  /// The notifier of the wakers.
  public var wakeNotifier: WakeNotifier { backend.wakeNotifier }

  /// The time of the performance counter.
  public var now: Instant { backend.now }

  /// Returns a registry over the same completion port.
  ///
  /// The call cannot fail. All handles share the port.
  public borrowing func duplicate() -> Registry<AFDSelector> {
    Registry(AFDSelector(AFDBackend(sharing: backend)))
  }

  /// Watches a socket, a named pipe or a wait.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)`` does.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.register(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)`` does.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try backend.reregister(descriptor, state: state, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a source.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)`` does.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try backend.deregister(descriptor, state: state)
  }

  /// Does nothing, because wakers post to the port.
  public borrowing func prepareWaking() {
    backend.prepareWaking()
  }

  /// Waits once with `GetQueuedCompletionStatusEx`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` of the port.
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
