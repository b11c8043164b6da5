import MioCore

/// The record that an edge check adds to a source, to be notified of the source's operations and of
/// its end.
final class CheckedSource: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: used under the check's lock.

  private let check: EdgeCheck

  /// The number that identifies the source.
  ///
  /// Sources are numbered in the order of their first registration.
  let number: Int

  var descriptor: Descriptor
  var registration: CheckedRegistration? {
    didSet { if let oldValue { lastRegistration = oldValue } }
  }
  private var lastRegistration: CheckedRegistration?

  /// The directions in which the last operation would have blocked.
  var blocked: Interest = []

  /// The number of equal registrations in a row without an event and without an operation.
  var repetition = Repetition()

  private var steps: [EdgeStep] = []

  init(_ check: EdgeCheck, number: Int, _ descriptor: Descriptor) {
    self.check = check
    self.number = number
    self.descriptor = descriptor
    super.init(selector: check.identity)
  }

  /// Records an action, and keeps the last eight.
  func note(_ action: EdgeStep.Action) {
    if steps.last?.action == action {
      steps[steps.count - 1].count += 1
      return
    }
    if steps.count == 8 { steps.removeFirst() }
    steps.append(EdgeStep(action: action))
  }

  /// Counts a registration that is equal to the previous one.
  ///
  /// - Returns: Whether the number of such registrations has just reached the limit.
  func isRegisteredInVain(in turn: Int, limit: Int) -> Bool {
    guard let registration, let lastRegistration, registration.isLike(lastRegistration) else {
      repetition = Repetition()
      return false
    }
    return RegistrationState.notifiesOfOperations && repetition.counts(turn, upTo: limit)
  }

  func finding(_ mistake: EdgeFinding.Mistake, _ direction: Direction?) -> EdgeFinding {
    EdgeFinding(
      mistake: mistake, token: registration?.token ?? 0, direction: direction,
      descriptor: descriptor, host: registration?.host, steps: steps, source: number)
  }

  // MARK: Notifications from the source

  override func operationWillBegin(_ direction: Direction) {
    check.withLock {
      note(.operates(direction))
      blocked.remove(Interest(direction))
      becameActive()
    }
  }

  override func wouldBlock(_ direction: Direction) {
    check.withLock {
      note(.blocks(direction))
      blocked.insert(Interest(direction))
      becameActive()
    }
  }

  override func readinessMayHaveChanged(_ direction: Direction) {
    check.withLock { becameActive() }
  }

  override func sourceWillClose() { check.lose(self) }

  private func becameActive() {
    repetition = Repetition()
    if let registration { registration.queue?.sourceBecameActive(registration.token) }
  }
}

/// A registration with a checked selector.
final class CheckedRegistration {
  /// The selector's queue, or `nil` if the selector was closed.
  private(set) weak var queue: CheckedQueue?
  let host: String?
  let token: Token
  let interest: Interest
  let mode: TriggerMode

  init(_ queue: CheckedQueue, _ token: Token, _ interest: Interest, _ mode: TriggerMode) {
    self.queue = queue
    host = queue.host
    self.token = token
    self.interest = interest
    self.mode = mode
  }

  func isLike(_ other: CheckedRegistration) -> Bool {
    queue === other.queue && token == other.token && interest == other.interest
      && mode == other.mode
  }
}

/// The number of turns in which something was repeated.
struct Repetition {
  private(set) var count = 0
  private var lastTurn: Int?

  /// Counts a turn, but at most once.
  ///
  /// - Returns: Whether the count has just reached the limit.
  mutating func counts(_ turn: Int, upTo limit: Int) -> Bool {
    if lastTurn == turn { return false }
    lastTurn = turn
    count += 1
    return count == limit
  }
}

extension Interest {
  init(_ direction: Direction) {
    self = direction == .readable ? .readable : .writable
  }
}
