import MioCore
import TestHelpers

/// A fault that a selector may have.
enum Fault: String, CaseIterable, Sendable {
  case losesTheSecondEvent, losesWakes, losesEdges
  case exceedsTheCapacity, repeatsEvents, firesTwice
  case tellsTheDeregistered, tellsLevelsOnce
  case ignoresReregistration, confusesErrors
}

/// A poll that violates the contract, although its selector keeps it.
final class FaultyPoll: TestPoll {
  private let poll: any TestPoll
  private let fault: Fault

  private(set) var events: [Event] = []
  private var modes: [Token: TriggerMode] = [:]
  private var lastToken: Token?
  private var deregistered: Token?
  private var wakers: Set<Token> = []
  private var told: Set<Token> = []

  init(_ poll: any TestPoll, _ fault: Fault) {
    self.poll = poll
    self.fault = fault
  }

  var now: Instant { poll.now }
  var capacity: Int { fault == .exceedsTheCapacity ? poll.capacity - 1 : poll.capacity }

  func resize(to capacity: Int) throws(IOError) {
    try poll.resize(to: fault == .exceedsTheCapacity ? capacity + 1 : capacity)
  }

  func removeEvents() {
    events = []
  }

  func wait(for timeout: Duration?) throws(IOError) {
    try poll.wait(for: timeout)
    change()
  }

  func wait(until deadline: Instant) throws(IOError) {
    try poll.wait(until: deadline)
    change()
  }

  func apply<Target: Source & ~Copyable>(
    _ change: RegistrationChange, to source: borrowing Target
  ) throws(IOError) {
    if fault == .ignoresReregistration, case .reregister = change { return }
    do throws(IOError) {
      try poll.apply(change, to: source)
    } catch {
      let isConfused = fault == .confusesErrors && error.kind == .alreadyRegistered
      throw isConfused ? IOError(.alreadyExists, operation: error.operation) : error
    }
    note(change)
  }

  private func note(_ change: RegistrationChange) {
    switch change {
    case .register(let token, _, let mode), .reregister(let token, _, let mode):
      modes[token] = mode
      lastToken = token
    case .deregister:
      deregistered = lastToken
    }
  }

  func makeWaker(token: Token) throws(IOError) -> PollWaker {
    wakers.insert(token)
    return try poll.makeWaker(token: token)
  }

  func duplicate() throws(IOError) -> any TestRegistry & Sendable {
    try poll.duplicate()
  }

  /// Adds the fault to the correct events.
  private func change() {
    let right = poll.events
    switch fault {
    case .losesTheSecondEvent: events = right.enumerated().filter { $0.0 != 1 }.map(\.1)
    case .losesWakes: events = right.filter { !wakers.contains($0.token) }
    case .losesEdges: events = right.filter { modes[$0.token] != .edge }
    case .repeatsEvents: events = right.isEmpty ? events : right
    case .firesTwice:
      let shots = events.filter { modes[$0.token] == .oneShot && told.insert($0.token).inserted }
      events = Array((right + shots).prefix(capacity))
    case .tellsLevelsOnce:
      events = right.filter { modes[$0.token] != .level || told.insert($0.token).inserted }
    case .tellsTheDeregistered:
      let late = deregistered.map { [Event(token: $0, readiness: .readable)] } ?? []
      deregistered = nil
      events = Array((right + late).prefix(capacity))
    case .exceedsTheCapacity, .ignoresReregistration, .confusesErrors: events = right
    }
  }
}
