package import MioCore

/// The `poll(2)` backend over a given way to the kernel; `PollSelector` is the one over the real kernel.
///
/// What poll(2) does that a user, or whoever changes this, has to know:
///
/// a) It knows levels only. Edges are made of them: what was reported is not asked for again until an
///    operation would block. So data that comes after a short read is no new edge: go on until `nil`.
/// b) A poll costs time in proportion to the sources that are registered.
/// c) Linux alone tells that a peer has finished before its bytes are read (`POLLRDHUP`).
/// d) The selector has no descriptor, so a poll over it cannot be watched by another.
package struct PollBackend<Calls: PollCalls>: ~Copyable {
  let queue: PollQueue<Calls>

  /// Who the selector is.
  package let identity: SelectorIdentity

  private let notifier: PollWakeNotifier<Calls>

  /// Creates a selector over this way to the kernel.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
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
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same queue.
  ///
  /// It cannot fail.
  package borrowing func duplicate() -> Registry<PollBackend> {
    Registry(PollBackend(sharing: self))
  }

  /// `CLOCK_MONOTONIC`.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The wakers' meeting place.
  package var wakeNotifier: WakeNotifier { notifier }

  /// Does nothing: the notifier is there from the start.
  package borrowing func prepareWaking() {}

  /// Begins to watch a descriptor.
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

  /// Replaces what is watched.
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

  /// Ceases to watch a descriptor.
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

  /// Waits once: `ppoll`, or `poll`.
  ///
  /// - Returns: How many events it wrote.
  /// - Throws: ``IOError``, `.interrupted` among them.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let nanoseconds = time.nanoseconds.map { Int64(clamping: $0) } ?? -1
    let result = unsafe queue.wait(into: buffer, nanoseconds: nanoseconds)
    if result < 0 { try IOError.raise(result, .poll) }
    return result
  }

  /// A record is an event already.
  package static func event(_ record: Event) -> Event { record }

  /// A record is an event already.
  package static func record(_ event: Event) -> Event { event }
}
