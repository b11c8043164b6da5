import MioCore

/// The state that an edge check keeps of a selector and of its duplicates.
final class CheckedQueue: @unchecked Sendable {
  // Safety of `@unchecked`: used under the check's lock. A simulation runs on one thread at a time.

  let check: EdgeCheck

  /// The simulated host of the program, or `nil` outside of simulations.
  let host: String?
  let simulation: Simulation?

  /// A function that queries the system about the readiness of a source.
  let isReady: (Descriptor, Direction) -> Bool?

  /// The number of waits that have begun.
  private(set) var turn = 0

  var silence: Silence?

  /// Whether the sources belong to a mock.
  ///
  /// A mock has a virtual clock, and detects by itself that nothing more can happen.
  private(set) var isMocked = false

  private var sources: [Token: [CheckedSource]] = [:]

  /// The tokens that were registered after their last event.
  private var newTokens: Set<Token> = []

  /// The repeated events of sources on which the program performed no operation.
  private var ignored: [Token: Repetition] = [:]

  private var lost: [LostRegistration] = []

  init(_ check: EdgeCheck, isReady: @escaping (Descriptor, Direction) -> Bool?) {
    self.check = check
    self.isReady = isReady
    simulation = SimulatedTask.current?.simulation
    host = SimulatedTask.current?.host.name
    check.add(self)
  }

  /// All registered sources.
  var allSources: [CheckedSource] {
    sources.values.joined().sorted { $0.number < $1.number }
  }

  var hasSources: Bool { !sources.isEmpty }
}

/// A registration whose source was closed without deregistering.
private struct LostRegistration {
  let finding: EdgeFinding
  /// The number of waits that had begun when the source was closed.
  let turn: Int
}

// MARK: - Actions of the program

extension CheckedQueue {
  /// Adds a registered source.
  ///
  /// - Returns: The mistake in this registration, if there is one.
  func add(_ source: CheckedSource) -> EdgeFinding? {
    guard let registration = source.registration else { return nil }
    silence = nil
    if StandIn(mocked: source.descriptor) != nil { isMocked = true }
    sources[registration.token, default: []].append(source)
    newTokens.insert(registration.token)
    lost.removeAll { $0.finding.token == registration.token }
    return source.isRegisteredInVain(in: turn, limit: check.repetitionLimit)
      ? source.finding(.repeatedRegistration, nil) : nil
  }

  func remove(_ source: CheckedSource) {
    guard let token = source.registration?.token else { return }
    sources[token]?.removeAll { $0 === source }
    if sources[token]?.isEmpty == true { sources[token] = nil }
  }

  /// Forgets what was counted for a token that no source has any more.
  ///
  /// The next source with this token is another one.
  func forget(_ token: Token) {
    guard sources[token] == nil else { return }
    ignored[token] = nil
    newTokens.remove(token)
  }

  /// Records that a source was closed without deregistering.
  func lose(_ source: CheckedSource) {
    if lost.count == 64 { lost.removeFirst() }
    lost.append(
      LostRegistration(finding: source.finding(.leakedRegistration, nil), turn: turn))
  }

  /// Records that a source with this token was used.
  func sourceBecameActive(_ token: Token) {
    silence = nil
    ignored[token] = nil
  }
}

// MARK: - Reports to the program

extension CheckedQueue {
  /// Begins a wait.
  ///
  /// - Returns: The registrations whose sources were closed while the files of their descriptors
  ///   are still open.
  func beginTurn() -> [EdgeFinding] {
    turn += 1
    guard let simulation else { return [] }
    let open = lost.filter { simulation.file($0.finding.descriptor) != nil }
    lost.removeAll()
    return open.map(\.finding)
  }

  /// Records that an event is reported to the program.
  ///
  /// - Returns: The mistake that the event reveals, if there is one.
  func report(_ event: Event) -> EdgeFinding? {
    guard let reported = sources[event.token], let first = reported.first else {
      return takeLost(event)
    }
    for source in reported {
      source.note(.receives(event))
      source.repetition = Repetition()
    }
    // An edge may be reported again when more happens, and a program may leave an edge on purpose.
    let isExpected =
      newTokens.remove(event.token) != nil
      || reported.contains { $0.registration?.mode == .level }
    guard isExpected, RegistrationState.notifiesOfOperations,
      ignored[event.token, default: Repetition()].counts(turn, upTo: check.repetitionLimit)
    else { return nil }
    return first.finding(.ignoredEvent, event.isReadable ? .readable : .writable)
  }

  /// Takes the lost registration of an event whose source was closed before the wait began.
  private func takeLost(_ event: Event) -> EdgeFinding? {
    let position = lost.firstIndex { $0.finding.token == event.token && $0.turn < turn }
    return position.map { lost.remove(at: $0).finding }
  }
}
