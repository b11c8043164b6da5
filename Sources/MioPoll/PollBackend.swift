package import MioCore

/// The `poll(2)` backend over a set of system calls.
///
/// `PollSelector` is this backend over the calls of the real kernel. Users and maintainers have to
/// know these properties of poll(2):
///
/// a) It knows levels only. The backend emulates edges: it does not query a reported condition
///    again until an operation would block. So data that arrives after a short read is not a new
///    edge. Repeat the operation until it returns `nil`.
/// b) The time of a poll is proportional to the number of registered sources.
/// c) Only Linux reports that a peer has finished before its bytes are read (`POLLRDHUP`).
/// d) The selector has no descriptor, so another poll cannot watch a poll over it.
package struct PollBackend<Calls: PollCalls>: ~Copyable {
  let queue: PollQueue<Calls>

  /// The identity of the selector.
  package let identity: SelectorIdentity

  private let notifier: PollWakeNotifier<Calls>

  /// Creates a selector over a set of system calls.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init(calls: Calls) throws(IOError) {
    queue = try PollQueue(calls)
    notifier = PollWakeNotifier(queue.notifier)
    identity = SelectorIdentity()
  }

  init(sharing original: borrowing PollBackend) {
    queue = original.queue
    notifier = original.notifier
    identity = original.identity
  }
}

extension PollBackend: Selector {
  /// Creates a selector.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// It cannot fail.
  package borrowing func duplicate() -> Registry<PollBackend> {
    Registry(PollBackend(sharing: self))
  }

  /// The time of `CLOCK_MONOTONIC`, or of `CLOCK_UPTIME_RAW` on Apple's systems.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The notifier of the wakers.
  package var wakeNotifier: WakeNotifier { notifier }

  /// Does nothing, because the notifier exists from the start.
  package borrowing func prepareWaking() {}

  /// Registers a descriptor.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, .register) }
    let record = record(of: state) ?? makeRecord(for: state)
    try queue.add(
      descriptor.fileDescriptor, record, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
  package borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, .reregister) }
    guard let record = record(of: state) else { try IOError.raise(.notRegistered, .reregister) }
    try queue.replace(
      descriptor.fileDescriptor, record, token: token, interest: interest, mode: mode)
  }

  /// Stops watching a descriptor.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
  package borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    guard let record = record(of: state), queue.remove(record) else {
      try IOError.raise(.notRegistered, .deregister)
    }
  }

  private borrowing func record(of state: borrowing RegistrationState) -> PollRecord? {
    state.record(of: identity) as? PollRecord
  }

  private borrowing func makeRecord(for state: borrowing RegistrationState) -> PollRecord {
    let record = PollQueueRecord(queue, identity)
    state.add(record)
    return record
  }

  /// Waits once with `ppoll`, or with `poll` where there is no `ppoll`.
  ///
  /// - Returns: The number of events that were written.
  /// - Throws: ``IOError`` with the kind `.interrupted` or another.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let result = unsafe queue.wait(into: buffer, nanoseconds: time.nanosecondsOfOneCall)
    if result < 0 { try IOError.raise(result, .poll) }
    return result
  }

  /// Returns the record, which is already an event.
  package static func event(_ record: Event) -> Event { record }

  /// Returns the event, which is already a record.
  package static func record(_ event: Event) -> Event { event }
}
