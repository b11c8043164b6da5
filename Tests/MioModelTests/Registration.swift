import MioCore

/// A registration, and the events that polls must report for it.
struct Registration {
  let selector: Int
  let token: Token
  let interest: Interest
  let mode: TriggerMode

  /// The directions of the interest that were not reported since the registration, or since an
  /// operation would have blocked.
  var armed: Interest
  /// The directions that were armed by an operation that took only a part of the available data.
  ///
  /// They must be reported when something arrives, and may be reported at once.
  var awaiting: Interest = []
  /// Whether the next error is news, because none was reported or the last one was taken.
  var tellsErrors = true
  /// Whether something happened to the source that an edge may report.
  ///
  /// At first this is the registration.
  var hasNews = true
  /// Whether this is a one-shot registration that was reported.
  var isSpent = false
  /// The number of polls without space for an event that must be reported.
  var patience = 0

  init(selector: Int, token: Token, interest: Interest, mode: TriggerMode) {
    self.selector = selector
    self.token = token
    self.interest = interest
    self.mode = mode
    armed = interest
  }

  /// Records that an operation would have blocked.
  mutating func rearm(_ directions: Interest) {
    guard mode == .edge else { return }
    armed.formUnion(directions.intersection(interest))
    tellsErrors = true
  }

  /// Records that an operation took the reported data.
  mutating func rearmForArrival(_ directions: Interest) {
    guard mode == .edge else { return }
    awaiting.formUnion(directions.intersection(interest))
    tellsErrors = true
  }

  /// Records an arrival.
  mutating func meetArrival() {
    armed.formUnion(awaiting)
    awaiting = []
  }

  /// The directions that an edge may report.
  var tellable: Interest { armed.union(awaiting) }

  /// Returns the part of the certain readiness that the next poll must report.
  func owed(of ready: Interest, hasError: Bool) -> Debt {
    isSpent
      ? Debt() : Debt(directions: armed.intersection(ready), isError: hasError && tellsErrors)
  }

  /// Records that the source was reported, perhaps only in part.
  mutating func settle(_ told: Interest, isError: Bool, isPart: Bool) {
    patience = 0
    if !isPart { hasNews = false }
    switch mode {
    case .level: break
    case .oneShot: isSpent = true
    case .edge:
      armed.subtract(told)
      awaiting.subtract(told)
      if isError { tellsErrors = false }
    }
  }
}

extension Interest {
  /// All directions.
  static var all: Interest { [.readable, .writable, .priority] }
}

/// The readiness that a poll must report for a source.
struct Debt: Equatable {
  var directions: Interest = []
  var isError = false

  var isEmpty: Bool { directions.isEmpty && !isError }

  func isPaid(by event: Event) -> Bool {
    directions.isSubset(of: event.directions) && (!isError || event.isError)
  }
}

extension Model {
  mutating func applyToRegistration(
    _ operation: Operation, _ outcome: Outcome
  ) throws(Disagreement) {
    switch operation {
    case .register(let place, let interest, let mode, let registry):
      try expect(outcome, register(place, interest, registry))
      set(place, interest, mode, registry, if: outcome)
    case .reregister(let place, let interest, let mode, let registry):
      try expect(outcome, reregister(place, interest, registry))
      set(place, interest, mode, registry, if: outcome)
    case .deregister(let place, let registry):
      let isRegistered = isRegistered(place, with: registries[registry])
      try expect(outcome, isRegistered ? .done : .failed(.notRegistered))
      if isRegistered { places[place]?.registration = nil }
      restartPatience()
    case .registerTwin(let place, let registry):
      let isRegistered = isRegistered(place, with: registries[registry])
      try expect(outcome, isRegistered ? .failed(.alreadyRegistered) : .done)
      if !isRegistered {
        adopt(place, registry)
      } else if latitude.replacesNumbers {
        places[place]?.registration?.hasNews = true
      }
    default: break
    }
    if case .failed(let kind) = outcome { encounters.noteError(kind) }
  }

  private func isRegistered(_ place: Int, with selector: Int?) -> Bool {
    selector != nil && places[place]?.registration?.selector == selector
  }

  private func register(_ place: Int, _ interest: Interest, _ registry: Int) -> Outcome {
    if interest.isEmpty { return .failed(.invalidArgument) }
    if let owner = places[place]?.registration?.selector, isAlive(owner) {
      return .failed(.alreadyRegistered)
    }
    return isWatchable(interest) ? .done : .failed(.unsupported)
  }

  private func reregister(_ place: Int, _ interest: Interest, _ registry: Int) -> Outcome {
    if interest.isEmpty { return .failed(.invalidArgument) }
    if !isRegistered(place, with: registries[registry]) { return .failed(.notRegistered) }
    return isWatchable(interest) ? .done : .failed(.unsupported)
  }

  private func isWatchable(_ interest: Interest) -> Bool {
    interest.isDisjoint(with: latitude.knowsPriority ? [.aio, .lio] : [.aio, .lio, .priority])
  }

  private mutating func set(
    _ place: Int, _ interest: Interest, _ mode: TriggerMode, _ registry: Int, if outcome: Outcome
  ) {
    guard outcome == .done, let selector = registries[registry] else { return }
    if let owner = places[place]?.registration?.selector, !isAlive(owner) {
      encounters.note(.freedByItsSelector)
    }
    let token = takeToken()
    places[place]?.registration = Registration(
      selector: selector, token: token, interest: interest, mode: mode)
    adopt(place, registry)
    restartPatience()
  }

  /// Records that the system from now on knows the source of the descriptor number.
  private mutating func adopt(_ place: Int, _ registry: Int) {
    let selector = registries[registry]
    let number = places[place]?.number
    let count = orphans.count
    orphans.removeAll { $0.selector == selector && $0.number == number }
    if orphans.count < count { encounters.note(.orphanReplaced) }
  }
}
