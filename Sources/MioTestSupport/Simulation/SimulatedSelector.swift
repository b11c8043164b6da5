public import MioCore

/// The selector of a simulated host: see ``Simulation``.
///
/// It watches what the simulated network has, and reports exactly what the contract promises; more only
/// where the seed says so.
public struct SimulatedSelector: Selector, ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let queue: SimulatedQueue

  /// Who the selector is.
  public let identity: SelectorIdentity

  /// The wakers' meeting place.
  public let wakeNotifier: WakeNotifier

  /// Creates a selector on the host whose program runs.
  ///
  /// - Throws: ``IOError``: `.tooManyOpenFiles`; `.unsupported` outside of a simulated program.
  public init() throws(IOError) {
    let host = try SimulatedHost.current(for: .createSelector)
    try host.simulation.enter(host, .createSelector)
    try host.takeDescriptor(for: .createSelector)
    queue = SimulatedQueue(on: host)
    identity = SelectorIdentity()
    wakeNotifier = SimulatedWakeNotifier(queue)
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

  /// The simulation's time.
  public var now: Instant { queue.host.simulation.now }

  /// Does nothing: waking takes no object of the system.
  public borrowing func prepareWaking() {}
}

/// The notifier whose kernel object is a flag.
private final class SimulatedWakeNotifier: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  private let queue: SimulatedQueue

  init(_ queue: SimulatedQueue) {
    self.queue = queue
    super.init()
  }

  override func signal() throws(IOError) {
    try queue.host.simulation.enter(queue.host, .wake)
    queue.signal()
  }
}

// MARK: - Registration

extension SimulatedSelector {
  /// Begins to watch a simulated source.
  ///
  /// - Throws: ``IOError``: `.badDescriptor` for anything else, `.alreadyRegistered`, `.unsupported`.
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

  /// Replaces what is watched.
  ///
  /// - Throws: ``IOError``: `.notRegistered`, `.badDescriptor`, `.unsupported`.
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

  /// Ceases to watch a source.
  ///
  /// - Throws: ``IOError``: `.notRegistered`, `.badDescriptor`.
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
    let simulation = queue.host.simulation
    try simulation.enter(queue.host, operation)
    if !interest.isDisjoint(with: [.aio, .lio]) {
      throw IOError(.unsupported, operation: operation)
    }
    guard let file = simulation.file(descriptor), file.host === queue.host else {
      throw IOError(.badDescriptor, operation: operation)
    }
    return file
  }
}

// MARK: - Waiting

extension SimulatedSelector {
  /// Waits once, in virtual time: meanwhile other programs run.
  ///
  /// - Returns: How many events it wrote.
  /// - Throws: ``IOError``: `.interrupted`; `.badDescriptor` when the simulation is over.
  public borrowing func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    try unsafe queue.wait(into: buffer, for: time)
  }

  /// An event is its own record.
  public static func event(_ record: Event) -> Event { record }

  /// An event is its own record.
  public static func record(_ event: Event) -> Event { event }
}
