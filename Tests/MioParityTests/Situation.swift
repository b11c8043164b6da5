import MioCore
import TestHelpers
import Testing

/// A row of the table in `Docs/Portability.md`.
struct Situation: Sendable {
  /// The first words of the row in the document.
  let name: String
  let interest: Interest
  /// The predicates that are true on every system.
  private let says: Predicates
  /// The predicates that are also true, wrongly, where the system does not report more.
  private let falsely: Predicates
  /// The predicates of a selector that derives edges from levels.
  ///
  /// After an error it reports all requested conditions, and no others.
  private let emulated: Predicates?
  /// The predicates of kqueue.
  private let kqueue: Predicates?
  /// The predicates of libkqueue, where it differs from the real kqueues.
  private let libkqueue: Predicates?
  /// The predicates of Windows.
  private let windows: Predicates?
  /// The abilities of the system that the test needs.
  private(set) var abilities: [Ability] = []
  /// Creates the situation, and then observes a source.
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

  /// Returns the predicates that a selector must report.
  func expected(of selector: TestedSelector) -> Predicates {
    switch selector {
    case .epoll: says.union(falsely)
    case .poll: emulated ?? says.union(falsely)
    case .kqueue: (selector.isLibkqueue ? libkqueue : kqueue) ?? says
    case .afd: windows ?? says
    }
  }

  /// Returns whether the selector can watch for the interest of this situation.
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
