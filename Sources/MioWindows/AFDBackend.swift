import CMioErrors
package import MioCore

/// The backend over the completion ports of Windows and a given set of system calls.
///
/// `AFDSelector` is the backend over the real kernel.
///
/// Windows reports completions, not readiness. The ancillary function driver (AFD), on which
/// `select` is built, has a poll whose completion a port can report. The following properties
/// matter to the users of this type and to its maintainers:
///
/// a) A socket has at most one poll in progress. A poll cannot be changed, only cancelled. It
///    always ends with a packet, also when it is cancelled. Its memory belongs to the system until
///    then.
/// b) Polls report levels. The backend derives edges from them: it does not request a reported
///    event again until an operation would block.
/// c) Polls of sockets are submitted when a wait begins, or at once while a wait is in progress. If
///    the system refuses a poll, the backend reports an event in turn, so that the caller tries the
///    socket. It never throws the refusal from a poll.
/// d) A packet reports the state at the time when it was sent. The state may have changed before
///    the packet is read, which results in a spurious event, also for level-triggered
///    registrations.
/// e) The last packets of the port are often obsolete, such as the end of a cancelled poll. The
///    wait then looks at the port again without waiting, so that the next poll reports the ready
///    sources.
/// f) Waits have a resolution of whole milliseconds.
package struct AFDBackend<Calls: AFDCalls>: ~Copyable {
  private let queue: AFDQueue<Calls>
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

  /// Starts to watch a socket, a named pipe or a wait.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)`` does.
  package borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if let source = portSource(of: state) {
      try check(interest, of: source, .register)
      return try source.register(
        with: queue.operations, token: token, interest: interest, mode: mode)
    }
    let base = try base(of: descriptor, interest, .register)
    let record: AFDRecord
    if let known = self.record(of: state) {
      record = known
    } else {
      record = try makeRecord(for: state)
    }
    try queue.register(record, base: base, token: token, interest: interest, mode: mode)
  }

  /// Replaces a registration.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)`` does.
  package borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    if let source = portSource(of: state) {
      try check(interest, of: source, .reregister)
      return try source.reregister(
        with: queue.operations, token: token, interest: interest, mode: mode)
    }
    let base = try base(of: descriptor, interest, .reregister)
    guard let record = record(of: state),
      queue.reregister(record, base: base, token: token, interest: interest, mode: mode)
    else {
      try IOError.raise(.notRegistered, .reregister)
    }
  }

  /// Stops watching a source.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)`` does.
  package borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    if let source = portSource(of: state) {
      return try source.deregister(from: queue.operations)
    }
    guard let record = record(of: state), queue.deregister(record) else {
      try IOError.raise(.notRegistered, .deregister)
    }
  }

  private borrowing func base(
    of descriptor: Descriptor, _ interest: Interest, _ operation: IOError.Operation
  ) throws(IOError) -> Int {
    if !interest.isDisjoint(with: [.aio, .lio]) { try IOError.raise(.unsupported, operation) }
    // A negative handle is never a socket. Test doubles have negative handles, and the backend must
    // not take them for closed sockets.
    if descriptor.rawValue < 0 {
      throw IOError(.badDescriptor, operation: operation, code: Int32(C_MIO_EBADF))
    }
    let base = queue.calls.baseHandle(of: descriptor.rawValue)
    if base < 0 { try IOError.raise(base, operation) }
    return base
  }

  private borrowing func portSource(
    of state: borrowing RegistrationState
  ) -> (any PortSource)? {
    let record = state.record(of: portSourceIdentity)
    // Embedded Swift does not support casts to protocols.
    if let pipe = record as? NamedPipeRecord { return pipe }
    return record as? WaitRecord
  }

  private borrowing func check(
    _ interest: Interest, of source: any PortSource, _ operation: IOError.Operation
  ) throws(IOError) {
    if !interest.isSubset(of: source.possibleInterest) {
      try IOError.raise(.unsupported, operation)
    }
  }

  private borrowing func record(of state: borrowing RegistrationState) -> AFDRecord? {
    state.record(of: identity) as? AFDRecord
  }

  /// The number of operations of named pipes and waits that are in progress.
  package var operationsInFlight: Int { queue.operations.count }

  private borrowing func makeRecord(
    for state: borrowing RegistrationState
  ) throws(IOError) -> AFDRecord {
    let record = try AFDQueueRecord(queue, identity)
    state.add(record)
    return record
  }

  /// Waits once: `GetQueuedCompletionStatusEx`.
  ///
  /// - Returns: The number of events that it wrote.
  /// - Throws: ``IOError`` of the port.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let result = unsafe queue.wait(into: buffer, milliseconds: time.millisecondsForPort)
    try IOError.checkWin32(result, .poll)
    return result
  }

  /// Returns the record, which is an event already.
  package static func event(_ record: Event) -> Event { record }

  /// Returns the event, which is a record already.
  package static func record(_ event: Event) -> Event { event }
}

extension WaitTime {
  /// The time in whole milliseconds, rounded up; `UInt32.max` waits indefinitely.
  fileprivate var millisecondsForPort: UInt32 {
    guard let nanoseconds else { return .max }
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return UInt32(min(rest == 0 ? whole : whole + 1, UInt64(UInt32.max - 1)))
  }
}
