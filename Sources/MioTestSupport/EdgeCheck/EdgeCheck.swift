import MioCore

/// A check for mistakes that programs make with registrations and edges.
///
/// A program under check polls a ``CheckedSelector``. A simulation needs nothing else: a mistake
/// makes the simulation fail. Outside of simulations, a test creates a check, and reads its
/// findings:
///
///     let check = EdgeCheck()
///     try check.run {
///       var server = try EchoServer<CheckedSelector<EpollSelector>, _, _>(listener)
///       try server.run()
///     }
///     #expect(check.findings.isEmpty)
///
/// A finding is certain. `Docs/TestingYourProgram.md` states for each mistake when the check
/// reports it. ``notes`` contains behaviour that may be intended.
public final class EdgeCheck: @unchecked Sendable {
  // Safety of `@unchecked`: the mutable state is used under the lock.

  /// The time without any activity after which the check assumes that the program is stuck.
  ///
  /// It applies to a system's selector, and to waits without a timeout. A simulation detects by
  /// itself that nothing more can happen, and a mock has its own patience. If it is `nil`, a program
  /// may wait without a limit.
  public let patience: Duration?

  /// The number of useless repetitions that the check reports as a mistake.
  public let repetitionLimit: Int

  /// The identity of the check in the records of sources.
  let identity = SelectorIdentity()

  private let monitor = Monitor()
  private let onFinding: @Sendable (EdgeFinding) -> Void
  private var found: [EdgeFinding] = []
  private var queues: [WeakQueue] = []
  private var sourceCount = 0
  /// The registered sources by their numbers.
  private var registered: [Int: CheckedSource] = [:]

  /// Creates a check without findings.
  ///
  /// - Parameters:
  ///   - patience: The time without any activity after which the check assumes that the program is
  ///     stuck.
  ///   - repetitionLimit: The number of useless repetitions that the check reports as a mistake.
  ///   - onFinding: A function that the polling thread calls for each new finding.
  public init(
    patience: Duration? = .seconds(10), repetitionLimit: Int = 100,
    onFinding: @escaping @Sendable (EdgeFinding) -> Void = { _ in }
  ) {
    self.patience = patience
    self.repetitionLimit = repetitionLimit
    self.onFinding = onFinding
  }

  /// Runs a program, and checks the selectors that it creates, unless they report to another check.
  ///
  /// - Returns: The result of the program.
  /// - Throws: The error that the program throws.
  public func run<Result>(_ program: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: program)
  }

  /// The findings, oldest first.
  ///
  /// They include the sources that are still registered although their selector was closed. Read
  /// this property when the program has ended.
  public var findings: [EdgeFinding] {
    keepNew(
      withLock {
        sources.filter { $0.registration?.queue == nil }
          .map { $0.finding(.leakedRegistration, nil) }
      })
    return withLock { found }
  }

  /// The sources that the program could continue with at this moment, although no event reports
  /// them.
  ///
  /// A program may leave a source on purpose, because it has no space for unread data. Look here
  /// when a test hangs or fails.
  public var notes: [EdgeFinding] {
    livingQueues.flatMap { $0.idleSources() }.map(\.finding)
  }

  private var livingQueues: [CheckedQueue] { withLock { queues.compactMap { $0.queue } } }

  /// The check of the running program.
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
  /// The first finding that was made while programs ran.
  var firstFinding: EdgeFinding? { withLock { found.first } }

  /// Keeps and reports the new findings.
  func report(_ findings: [EdgeFinding]) {
    for finding in keepNew(findings) { onFinding(finding) }
  }

  /// Judges programs that wait, but can receive no more events.
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

  /// The registered sources, in the order of their first registration.
  private var sources: [CheckedSource] {
    registered.values.sorted { $0.number < $1.number }
  }

  /// Begins a registration.
  ///
  /// - Returns: The source and its previous registration.
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

  /// Reverts a registration that the selector refused.
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

  /// Records that a source is closed.
  ///
  /// If it is registered, its registration is lost.
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
    if let registration = source.registration { registration.queue?.forget(registration.token) }
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
