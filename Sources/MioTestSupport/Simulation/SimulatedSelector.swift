public import MioCore

/// The selector of a simulated host: see ``Simulation``.
///
/// It watches the sources of the simulated network. It reports exactly the events that the contract
/// promises, and additional events only if the seed decides so.
public struct SimulatedSelector: Selector, ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let queue: SimulatedQueue

  /// The identity of the selector.
  public let identity: SelectorIdentity

  /// The notifier of the wakers.
  public let wakeNotifier: WakeNotifier

  /// Creates a selector on the host of the running program.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`, or with the kind `.unsupported`
  ///   outside of a simulated program.
  public init() throws(IOError) {
    let host = try SimulatedHost.current(for: .createSelector)
    let task = try host.enter(.createSelector)
    try host.takeDescriptor(for: .createSelector)
    queue = SimulatedQueue(of: task)
    identity = SelectorIdentity()
    wakeNotifier = SimulatedWakeNotifier(queue)
    // A program that runs in steps does not wait in a poll, so every wake must signal the queue.
    if queue.isPolledInSteps { wakeNotifier.signalEveryWake(carriedOver: false) }
  }

  private init(sharing original: borrowing SimulatedSelector) {
    queue = original.queue
    identity = original.identity
    wakeNotifier = original.wakeNotifier
  }

  /// Returns a registry over the same queue.
  public borrowing func duplicate() -> Registry<SimulatedSelector> {
    Registry(SimulatedSelector(sharing: self))
  }

  /// The current time of the simulation.
  public var now: Instant { queue.host.now }

  /// Does nothing, because waking needs no kernel object.
  public borrowing func prepareWaking() {}
}

/// A notifier whose kernel object is a flag.
private final class SimulatedWakeNotifier: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let queue: SimulatedQueue

  init(_ queue: SimulatedQueue) {
    self.queue = queue
    super.init()
  }

  override func signal() throws(IOError) {
    // A script, which runs outside of a program, may also wake.
    if SimulatedTask.current != nil { try queue.host.enter(.wake) }
    queue.signal()
  }
}

// MARK: - Registration

extension SimulatedSelector {
  /// Registers a simulated source.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor` if the descriptor is not simulated, or
  ///   with the kind `.alreadyRegistered` or `.unsupported`.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    let file = try find(descriptor, interest, .register)
    if queue.entry(of: file) != nil {
      throw IOError(.alreadyRegistered, operation: .register)
    }
    let record = state.record(of: identity) as? SimulatedRecord ?? makeRecord(for: state)
    let entry = SimulatedEntry(
      file, queue, record, WatchedReadiness(token, interest, mode))
    record.entry = entry
    queue.add(entry)
    queue.host.simulation.note(.registers(file: file.number, token), on: queue.host)
  }

  /// Replaces the registration of a source.
  ///
  /// - Throws: ``IOError`` with the kind `.notRegistered`, `.badDescriptor` or `.unsupported`.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    let file = try find(descriptor, interest, .reregister)
    guard let entry = queue.entry(of: file) else {
      throw IOError(.notRegistered, operation: .reregister)
    }
    entry.watched = WatchedReadiness(token, interest, mode)
    queue.wakePoller()
    queue.host.simulation.note(.registers(file: file.number, token), on: queue.host)
  }

  /// Stops watching a source.
  ///
  /// - Throws: ``IOError`` with the kind `.notRegistered` or `.badDescriptor`.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    let file = try find(descriptor, .readable, .deregister)
    guard let entry = queue.entry(of: file) else {
      throw IOError(.notRegistered, operation: .deregister)
    }
    queue.remove(entry)
  }

  private borrowing func makeRecord(for state: borrowing RegistrationState) -> SimulatedRecord {
    let record = SimulatedRecord(selector: identity)
    state.add(record)
    return record
  }

  private borrowing func find(
    _ descriptor: Descriptor, _ interest: Interest, _ operation: IOError.Operation
  ) throws(IOError) -> SimulatedFile {
    try queue.host.enter(operation)
    if !interest.isDisjoint(with: [.aio, .lio]) {
      throw IOError(.unsupported, operation: operation)
    }
    guard let file = queue.host.simulation.file(descriptor), file.host === queue.host else {
      throw IOError(.badDescriptor, operation: operation)
    }
    return file
  }
}

// MARK: - Waiting

extension SimulatedSelector {
  /// Waits once, in virtual time.
  ///
  /// Other programs run during the wait.
  ///
  /// - Returns: The number of events that it wrote.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or with the kind `.badDescriptor` if the
  ///   simulation has ended.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    try unsafe queue.wait(into: buffer, for: time)
  }

  /// Returns the record itself, because events are records.
  public static func event(_ record: Event) -> Event { record }

  /// Returns the event itself, because events are records.
  public static func record(_ event: Event) -> Event { event }
}
