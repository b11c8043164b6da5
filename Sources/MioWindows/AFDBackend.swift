import CMioErrors
package import MioCore

/// The backend over Windows' completion ports and a given way to the kernel; `AFDSelector` is the one over
/// the real kernel.
///
/// Windows tells of completions, not of readiness, but the poll of the ancillary function driver, which
/// `select` is made of, can be completed through a port. What a user, or whoever changes this, has to know:
///
/// a) A socket has one poll under way at most. It cannot be changed, only cancelled, and both end with a
///    packet; the memory of a poll is the system's until then.
/// b) Polls answer levels. Edges are made of them: what was reported is not asked for again until an
///    operation would block.
/// c) Polls of sockets are submitted when a wait begins, or at once while one is under way. One that is
///    refused says that the socket is to be tried, in its turn, and is never thrown from a poll.
/// d) A packet tells what was so when it was sent. While it waits for its turn that may be over: an event
///    too many, also by level.
/// e) What the port says last is often what nobody asks any more, such as the end of a poll that was
///    cancelled. A wait looks again then, without waiting, so that the next poll tells what is ready.
/// f) Waits are in whole milliseconds.
package struct AFDBackend<Calls: AFDCalls>: ~Copyable {
  private let queue: AFDQueue<Calls>
  private let notifier: AFDWakeNotifier<Calls>

  /// Who the selector is.
  package let identity: SelectorIdentity

  /// Creates a selector over this way to the kernel.
  ///
  /// - Throws: ``IOError``: `.outOfMemory` or another.
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
  /// - Throws: ``IOError``: `.outOfMemory` or another.
  package init() throws(IOError) {
    try self.init(calls: Calls())
  }

  /// Returns a registry over the same port.
  ///
  /// It cannot fail.
  package borrowing func duplicate() -> Registry<AFDBackend> {
    Registry(AFDBackend(sharing: self))
  }

  /// The performance counter.
  package var now: Instant { Instant(nanoseconds: queue.calls.now()) }

  /// The wakers' meeting place.
  package var wakeNotifier: WakeNotifier { notifier }

  /// Does nothing: wakers post to the port.
  package borrowing func prepareWaking() {}

  /// Begins to watch a socket.
  ///
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``.
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

  /// Replaces what is watched.
  ///
  /// - Throws: ``IOError``, as ``Registry/reregister(_:token:interest:mode:)``.
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

  /// Ceases to watch a socket.
  ///
  /// - Throws: ``IOError``, as ``Registry/deregister(_:)``.
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
    // No socket has a negative handle; test doubles have, and may not be taken for a socket that is gone.
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
    // Embedded Swift has no casts to protocols.
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

  /// How many operations of named pipes and waits are under way.
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
  /// - Returns: How many events it wrote.
  /// - Throws: ``IOError``.
  package borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let result = unsafe queue.wait(into: buffer, milliseconds: time.millisecondsForPort)
    try IOError.checkWin32(result, .poll)
    return result
  }

  /// A record is an event already.
  package static func event(_ record: Event) -> Event { record }

  /// A record is an event already.
  package static func record(_ event: Event) -> Event { event }
}

extension WaitTime {
  /// Whole milliseconds, rounded up; all ones stand for ever.
  fileprivate var millisecondsForPort: UInt32 {
    guard let nanoseconds else { return .max }
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return UInt32(min(rest == 0 ? whole : whole + 1, UInt64(UInt32.max - 1)))
  }
}
