/// A random decision of an actor: whether a fault strikes, or whether the actor deviates from the
/// plain order.
struct Decision: Hashable, Sendable {
  let kind: Kind
  /// The name of the actor.
  let actor: UInt64
  /// The number of the decision among those of the same kind by the same actor.
  let number: UInt32

  /// The random numbers of this decision.
  ///
  /// The first number decides, and the others determine the details.
  var random: SeededGenerator {
    SeededGenerator(
      state: actor &+ UInt64(kind.index) &* 0xD1B5_4A32_D192_ED03
        &+ UInt64(number) &* 0x8CB9_2BA7_2F3D_8DD7)
  }
}

extension Decision {
  /// A kind of decisions.
  enum Kind: Hashable, Sendable, CaseIterable {
    case fault(Fault)
    case step(Step)

    static let allCases = Fault.allCases.map { fault($0) } + Step.allCases.map { step($0) }

    static var count: Int { faultCount + 3 }

    private static let faultCount = Fault.allCases.count

    /// The position of the kind in `allCases`.
    var index: Int {
      switch self {
      case .fault(let fault): fault.rawValue
      case .step(let step): Self.faultCount + step.rawValue
      }
    }

    var isFault: Bool {
      if case .fault = self { true } else { false }
    }
  }

  /// A deviation from the plain order, in which nothing overtakes anything.
  enum Step: Int, Hashable, Sendable, CaseIterable {
    /// A program lets other programs run first that became ready after it.
    case lateProgram
    /// A poll reports events in another order.
    case eventOrder
    /// A segment takes longer than the shortest time.
    case longTransit
  }
}
