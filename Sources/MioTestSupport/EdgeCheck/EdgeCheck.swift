import MioCore

/// Looks for mistakes that programs make with registrations and edges.
///
/// A program under check polls a ``CheckedSelector``. In a simulation nothing else has to be said: a mistake makes
/// the simulation fail. Elsewhere a test makes a check, and asks it what it has found:
///
///     let check = EdgeCheck()
///     try check.run {
///       var server = try EchoServer<CheckedSelector<EpollSelector>, _, _>(listener)
///       try server.run()
///     }
///     #expect(check.findings.isEmpty)
///
/// A finding is certain; `Docs/TestingYourProgram.md` says of each mistake when it is one. What a program may do on
/// purpose is in ``notes``.
public final class EdgeCheck: @unchecked Sendable {
  // Safety of `@unchecked`: what changes is used under the lock.

  /// How long nothing may happen before the program is taken to wait for what never comes.
  ///
  /// It counts over a system's selector. A simulation knows when nothing more can happen, and a mock has a
  /// patience of its own. `nil` lets a program wait.
  public let patience: Duration?

  /// How often something may be repeated in vain.
  public let repetitionLimit: Int

  /// Stands for the check where sources keep records.
  let identity = SelectorIdentity()

  private let monitor = Monitor()
  private let onFinding: @Sendable (EdgeFinding) -> Void
  private var found: [EdgeFinding] = []
  private var queues: [WeakQueue] = []
  private var sourceCount = 0
  /// The sources that are registered, by their numbers.
  private var registered: [Int: CheckedSource] = [:]

  /// Creates a check that has found nothing.
  ///
  /// - Parameters:
  ///   - patience: How long nothing may happen before the program is taken to wait for what never comes.
  ///   - repetitionLimit: How often something may be repeated in vain.
  ///   - onFinding: Called for each finding when it is made, by the thread that polls.
  public init(
    patience: Duration? = .seconds(10), repetitionLimit: Int = 100,
    onFinding: @escaping @Sendable (EdgeFinding) -> Void = { _ in }
  ) {
    self.patience = patience
    self.repetitionLimit = repetitionLimit
    self.onFinding = onFinding
  }

  /// Runs a program: selectors that it creates report to this check, unless they are told otherwise.
  ///
  /// - Returns: What the program returns.
  /// - Throws: What the program throws.
  public func run<Result>(_ program: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: program)
  }

  /// What was found, oldest first.
  ///
  /// It includes the sources that are registered while their selector has gone: ask when the program has ended.
  public var findings: [EdgeFinding] {
    keepNew(
      withLock {
        sources.filter { $0.registration?.queue == nil }
          .map { $0.finding(.leakedRegistration, nil) }
      })
    return withLock { found }
  }

  /// The sources that the program could go on with at this moment, and that no event tells of.
  ///
  /// A program may leave them on purpose, because it has no room for what there is to read. When a test hangs
  /// or fails, look here.
  public var notes: [EdgeFinding] {
    livingQueues.flatMap { $0.idleSources() }.map(\.finding)
  }

  private var livingQueues: [CheckedQueue] { withLock { queues.compactMap { $0.queue } } }

  /// The one of the program that runs.
  static var ambient: EdgeCheck {
    SimulatedTask.current?.simulation.edgeCheck ?? current ?? EdgeCheck()
  }

  @TaskLocal
  private static var current: EdgeCheck?
}

private struct WeakQueue {
  weak var queue: CheckedQueue?
}

// MARK: - Findings

extension EdgeCheck {
  /// The first that was found while programs ran.
  var firstFinding: EdgeFinding? { withLock { found.first } }

  /// Keeps and reports those that are new.
  func report(_ findings: [EdgeFinding]) {
    for finding in keepNew(findings) { onFinding(finding) }
  }

  /// Judges programs that wait for what never comes.
  func judgeSilence() {
    for queue in livingQueues { queue.judgeSilence() }
  }

  @discardableResult
  private func keepNew(_ findings: [EdgeFinding]) -> [EdgeFinding] {
    if findings.isEmpty { return [] }
    return withLock {
      let new = findings.filter { finding in !found.contains { $0.isAbout(finding) } }
      found += new
      return new
    }
  }
}

// MARK: - Sources

extension EdgeCheck {
  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    try monitor.withLock(body)
  }

  func add(_ queue: CheckedQueue) {
    withLock {
      queues.removeAll { $0.queue == nil }
      queues.append(WeakQueue(queue: queue))
    }
  }

  /// The sources that are registered, in the order in which they were first.
  private var sources: [CheckedSource] {
    registered.values.sorted { $0.number < $1.number }
  }

  /// Begins a registration.
  ///
  /// - Returns: The source, and the registration that it had.
  func begin(
    _ registration: CheckedRegistration, _ descriptor: Descriptor,
    _ state: borrowing RegistrationState
  ) -> (CheckedSource, CheckedRegistration?) {
    let source = source(of: state) ?? makeSource(descriptor, state)
    let (previous, finding) = withLock {
      let previous = source.registration
      previous?.queue?.remove(source)
      registered[source.number] = source
      source.descriptor = descriptor
      source.registration = registration
      source.note(.registers(registration.token, registration.interest, registration.mode))
      return (previous, registration.queue?.add(source))
    }
    report(finding.map { [$0] } ?? [])
    return (source, previous)
  }

  /// Takes back a registration that the selector refused.
  func withdraw(
    _ registration: CheckedRegistration, from source: CheckedSource,
    restoring previous: CheckedRegistration?
  ) {
    withLock {
      guard source.registration === registration else { return }
      registration.queue?.remove(source)
      source.registration = previous
      if previous == nil { registered[source.number] = nil }
      _ = previous?.queue?.add(source)
    }
  }

  /// Ends the registration of a source.
  func end(_ state: borrowing RegistrationState) {
    guard let source = source(of: state) else { return }
    withLock {
      source.note(.deregisters)
      remove(source)
    }
  }

  /// A source goes, and did not deregister if it is registered.
  func lose(_ source: CheckedSource) {
    withLock {
      guard let queue = source.registration?.queue else { return remove(source) }
      source.note(.ends)
      queue.lose(source)
      remove(source)
    }
  }

  private func remove(_ source: CheckedSource) {
    registered[source.number] = nil
    source.registration?.queue?.remove(source)
    source.registration = nil
    source.blocked = []
  }

  private func source(of state: borrowing RegistrationState) -> CheckedSource? {
    state.record(of: identity) as? CheckedSource
  }

  private func makeSource(
    _ descriptor: Descriptor, _ state: borrowing RegistrationState
  ) -> CheckedSource {
    let number = withLock {
      sourceCount += 1
      return sourceCount
    }
    let source = CheckedSource(self, number: number, descriptor)
    state.add(source)
    return source
  }
}
