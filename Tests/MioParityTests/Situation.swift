import MioCore
import TestHelpers
import Testing

/// A row of the table in `Docs/Portability.md`.
struct Situation: Sendable {
  /// As the row begins there.
  let name: String
  let interest: Interest
  /// What is said on every system.
  private let says: Predicates
  /// What is said, but is not so, where the system cannot tell better.
  private let falsely: Predicates
  /// What is said instead by a selector that makes edges of levels: after an error, whatever was asked for
  /// has to be tried, and nothing else.
  private let emulated: Predicates?
  /// What kqueue says instead.
  private let kqueue: Predicates?
  /// What libkqueue says, where it differs from the kqueues that it stands for.
  private let libkqueue: Predicates?
  /// What Windows says instead.
  private let windows: Predicates?
  /// What the test needs of the system.
  private(set) var abilities: [Ability] = []
  /// Brings the situation about, and then has a source looked at.
  let arrange: @Sendable (Observation) throws -> Void

  init(
    _ name: String, interest: Interest = [.readable, .writable], says: Predicates,
    falsely: Predicates = [], emulated: Predicates? = nil,
    kqueue: Predicates? = nil, libkqueue: Predicates? = nil, windows: Predicates? = nil,
    arrange: @escaping @Sendable (Observation) throws -> Void
  ) {
    self.name = name
    self.interest = interest
    self.says = says
    self.falsely = falsely
    self.emulated = emulated
    self.kqueue = kqueue
    self.libkqueue = libkqueue
    self.windows = windows
    self.arrange = arrange
  }

  /// What a selector says.
  func expected(of selector: TestedSelector) -> Predicates {
    switch selector {
    case .epoll: says.union(falsely)
    case .poll: emulated ?? says.union(falsely)
    case .kqueue: (selector.isLibkqueue ? libkqueue : kqueue) ?? says
    case .afd: windows ?? says
    }
  }

  /// Whether the selector can watch for what is asked.
  func isPossible(for selector: TestedSelector) -> Bool {
    !interest.contains(.priority) || TestedSelector.knowingPriority.contains(selector)
  }

  static let all =
    streams + closings + listeners + datagrams
    + unixSockets.map { $0.needing(.unixSockets) } + pipes.map { $0.needing(.pipes) }
    + unixPackets.map { $0.needing(.unixSockets).needing(.packets) }

  func needing(_ ability: Ability) -> Situation {
    var copy = self
    copy.abilities.append(ability)
    return copy
  }
}

extension Situation: CustomTestStringConvertible {
  var testDescription: String { name }
}
