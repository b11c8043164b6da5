public import MioCore

/// A selector without a kernel, for unit tests of code that uses Mio.
///
/// It watches mock sources: ``MockStream``, ``MockSource`` and ``MockDatagramSocket``. It refuses a
/// real descriptor with `.badDescriptor`. It keeps the whole contract, records every call, and
/// throws the errors that a test requests. Its clock is virtual: see ``MockQueue``.
///
///     let selector = MockSelector()
///     let queue = selector.queue
///     var poll = Poll(selector)
///     queue.fail(.register, with: .outOfMemory)
public struct MockSelector: Selector, ~Copyable {
  /// The mock's kernel, which a test inspects and controls.
  public let queue: MockQueue

  /// The identity of the selector.
  public let identity: SelectorIdentity

  /// The notifier of the wakers.
  public let wakeNotifier: WakeNotifier

  /// Creates a selector with its own queue.
  public init() {
    queue = MockQueue()
    identity = SelectorIdentity()
    wakeNotifier = MockWakeNotifier(queue)
  }

  private init(sharing original: borrowing MockSelector) {
    queue = original.queue
    identity = original.identity
    wakeNotifier = original.wakeNotifier
  }

  /// Returns a registry over the same queue.
  ///
  /// - Throws: ``IOError`` if the test requested a failure.
  public borrowing func duplicate() throws(IOError) -> Registry<MockSelector> {
    try queue.monitor.withLock { () throws(IOError) in
      queue.record(.duplicate)
      try queue.throwFailure(of: .duplicate)
    }
    return Registry(MockSelector(sharing: self))
  }

  /// The current virtual time.
  public var now: Instant { queue.now }

  /// Simulates the creation of a kernel object.
  ///
  /// - Throws: ``IOError`` if the test requested a failure.
  public borrowing func prepareWaking() throws(IOError) {
    try queue.monitor.withLock { () throws(IOError) in
      queue.record(.prepareWaking)
      try queue.throwFailure(of: .createWaker)
    }
  }
}

/// A notifier whose kernel object is a flag.
private final class MockWakeNotifier: WakeNotifier, @unchecked Sendable {
  // Safety of `@unchecked`: the queue's state is used under its lock.

  private let queue: MockQueue

  init(_ queue: MockQueue) {
    self.queue = queue
    super.init()
  }

  override func signal() throws(IOError) {
    try queue.monitor.withLock { () throws(IOError) in
      queue.record(.signal)
      try queue.throwFailure(of: .wake)
      queue.isSignaled = true
      queue.monitor.broadcast()
    }
  }
}

// MARK: - Registration

extension MockSelector {
  /// Registers a mock source.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor` if the descriptor belongs to no mock, or
  ///   the error that the test requested.
  public borrowing func register(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    let record = state.record(of: identity) as? MockRecord ?? makeRecord(for: state)
    let file = try queue.monitor.withLock { () throws(IOError) in
      queue.record(.register(descriptor, token, interest, mode))
      try queue.throwFailure(of: .register)
      return try find(descriptor, interest, .register)
    }
    // The lock prevents a change of the readiness between the two steps.
    try file.link.withLock { () throws(IOError) in
      if !file.isOpen { throw IOError(.badDescriptor, operation: .register) }
      file.addWatcher(queue)
      try queue.add(MockEntry(file, record, token, interest, mode))
    }
  }

  /// Replaces the registration of a source.
  ///
  /// - Throws: ``IOError`` if the test requested a failure.
  public borrowing func reregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState,
    token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try queue.monitor.withLock { () throws(IOError) in
      queue.record(.reregister(descriptor, token, interest, mode))
      try queue.throwFailure(of: .reregister)
      let file = try find(descriptor, interest, .reregister)
      let index = try position(of: file, .reregister)
      queue.entries[index].replace(token, interest, mode)
      queue.monitor.broadcast()
    }
  }

  /// Stops watching a source.
  ///
  /// - Throws: ``IOError`` if the test requested a failure.
  public borrowing func deregister(
    _ descriptor: Descriptor, state: borrowing RegistrationState
  ) throws(IOError) {
    try queue.monitor.withLock { () throws(IOError) in
      queue.record(.deregister(descriptor))
      try queue.throwFailure(of: .deregister)
      let file = try find(descriptor, .readable, .deregister)
      // The removal takes two statements: see `Docs/Workarounds.md`.
      let index = try position(of: file, .deregister)
      queue.entries.remove(at: index)
    }
  }

  private borrowing func makeRecord(for state: borrowing RegistrationState) -> MockRecord {
    let record = MockRecord(queue, identity)
    state.add(record)
    return record
  }

  private borrowing func find(
    _ descriptor: Descriptor, _ interest: Interest, _ operation: IOError.Operation
  ) throws(IOError) -> MockFile {
    if !interest.isDisjoint(with: [.aio, .lio]) {
      throw IOError(.unsupported, operation: operation)
    }
    guard let file = MockDescriptors.file(of: descriptor) else {
      throw IOError(.badDescriptor, operation: operation)
    }
    return file
  }

  private borrowing func position(
    of file: MockFile, _ operation: IOError.Operation
  ) throws(IOError) -> Int {
    guard let index = queue.entries.firstIndex(where: { $0.file === file }) else {
      throw IOError(.notRegistered, operation: operation)
    }
    return index
  }
}
