import MioCore

/// What an edge check knows of a selector and of its duplicates.
final class CheckedQueue: @unchecked Sendable {
  // Safety of `@unchecked`: used under the check's lock. A simulation runs on one thread at a time.

  let check: EdgeCheck

  /// The simulated host of the program; `nil` outside of simulations.
  let host: String?
  let simulation: Simulation?

  /// Asks the system whether a source is ready.
  let isReady: (Descriptor, Direction) -> Bool?

  /// How many waits have begun.
  private(set) var turn = 0

  var silence: Silence?

  /// Whether its sources are a mock's: its clock is virtual, and it knows itself when nothing more comes.
  private(set) var isMocked = false

  private var sources: [Token: [CheckedSource]] = [:]

  /// The tokens that were registered since they were last reported.
  private var newTokens: Set<Token> = []

  /// Events without an operation on their sources.
  private var ignored: [Token: Repetition] = [:]

  private var lost: [LostRegistration] = []

  init(_ check: EdgeCheck, isReady: @escaping (Descriptor, Direction) -> Bool?) {
    self.check = check
    self.isReady = isReady
    simulation = SimulatedTask.current?.simulation
    host = SimulatedTask.current?.host.name
    check.add(self)
  }

  /// All sources that are registered.
  var allSources: [CheckedSource] {
    sources.values.joined().sorted { $0.number < $1.number }
  }

  var hasSources: Bool { !sources.isEmpty }
}

/// A registration whose source has gone without deregistering.
private struct LostRegistration {
  let finding: EdgeFinding
  /// How many waits had begun.
  let turn: Int
}

// MARK: - What the program does

extension CheckedQueue {
  /// Adds a source that was registered.
  ///
  /// - Returns: What is wrong with that.
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

  /// A source goes without deregistering.
  func lose(_ source: CheckedSource) {
    if lost.count == 64 { lost.removeFirst() }
    lost.append(
      LostRegistration(finding: source.finding(.leakedRegistration, nil), turn: turn))
  }

  /// Something was done with a source of this token.
  func sourceBecameActive(_ token: Token) {
    silence = nil
    ignored[token] = nil
  }
}

// MARK: - What the program is told

extension CheckedQueue {
  /// Begins a wait.
  ///
  /// - Returns: Registrations whose sources are gone, while the files that they stood for are open.
  func beginTurn() -> [EdgeFinding] {
    turn += 1
    guard let simulation else { return [] }
    let open = lost.filter { simulation.file($0.finding.descriptor) != nil }
    lost.removeAll()
    return open.map(\.finding)
  }

  /// The program is told an event.
  ///
  /// - Returns: What is wrong with that.
  func tell(_ event: Event) -> EdgeFinding? {
    guard let told = sources[event.token], let first = told.first else { return takeLost(event) }
    for source in told {
      source.note(.isTold(event))
      source.repetition = Repetition()
    }
    // Edges may come again when more happens, and a program may have its reasons to leave them.
    let isAskedFor =
      newTokens.remove(event.token) != nil || told.contains { $0.registration?.mode == .level }
    guard isAskedFor, RegistrationState.tellsOfOperations,
      ignored[event.token, default: Repetition()].counts(turn, upTo: check.repetitionLimit)
    else { return nil }
    return first.finding(.ignoredEvent, event.isReadable ? .readable : .writable)
  }

  /// An event of a source that was gone before the wait began.
  private func takeLost(_ event: Event) -> EdgeFinding? {
    let position = lost.firstIndex { $0.finding.token == event.token && $0.turn < turn }
    return position.map { lost.remove(at: $0).finding }
  }
}
