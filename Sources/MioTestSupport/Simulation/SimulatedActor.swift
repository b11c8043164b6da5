/// A part of a simulation that makes random decisions: a host, a program, a file or a poll.
///
/// The name of the actor, the kind of a decision and its number determine the decision. A suppressed
/// decision therefore leaves the other decisions unchanged, as far as they are still made.
final class SimulatedActor {
  /// A number that depends only on the seed and on the origin of the actor.
  ///
  /// Its origin is its parent and the number of earlier children of this parent. The actions of
  /// other actors do not change it.
  private let name: UInt64
  private var childCount: UInt64 = 0
  /// The number of decisions of each kind.
  private var counts = [UInt32](repeating: 0, count: Decision.Kind.count)

  private init(name: UInt64) {
    self.name = name
  }

  /// Creates the ancestor of all actors of a simulation.
  convenience init(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: 2)
    self.init(name: random.next())
  }

  /// Creates an actor that this one brings into the simulation.
  func makeChild() -> SimulatedActor {
    childCount += 1
    var random = SeededGenerator(seed: name, stream: childCount)
    return SimulatedActor(name: random.next())
  }

  /// Begins the next decision of a kind.
  func nextDecision(_ kind: Decision.Kind) -> Decision {
    counts[kind.index] += 1
    return Decision(kind: kind, actor: name, number: counts[kind.index])
  }
}
