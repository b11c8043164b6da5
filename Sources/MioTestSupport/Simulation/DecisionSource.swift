/// The source of the decisions in a simulation.
///
/// The rates and the actor of a decision determine its result. When a failure is reduced, only some
/// decisions are allowed.
struct DecisionSource {
  private let rates: [Double]
  private let selection: DecisionSelection
  /// For each fault, the number of its next opportunities at which a script makes it strike.
  private var scriptedCounts = [Int](repeating: 0, count: Fault.allCases.count)

  /// The faults that struck and the deviations from the plain order.
  ///
  /// It does not include the faults of a script.
  private(set) var made: [Decision] = []

  init(seed: UInt64, _ faults: FaultRates, selection: DecisionSelection) {
    self.selection = selection
    var random = SeededGenerator(seed: seed, stream: 1)
    rates = Decision.Kind.allCases.map { kind in
      switch kind {
      case .fault(let fault):
        let isChosen = random.happens(0.5)
        let isActive = isChosen || faults[fault] == 1 || !faults.leavesSomeOut
        return isActive ? faults[fault] : 0
      case .step(let step):
        return step.rate
      }
    }
  }

  /// Makes a fault strike at its next `count` opportunities.
  mutating func strikeNext(_ fault: Fault, count: Int) {
    scriptedCounts[fault.rawValue] += max(0, count)
  }

  /// Whether only selected faults and deviations are allowed, so that each of them is of interest.
  var isReduced: Bool {
    if case .only = selection { true } else { false }
  }

  /// Makes the next decision of an actor.
  ///
  /// - Returns: The random numbers for the details of the fault or the deviation, or `nil` if there
  ///   is none.
  mutating func decide(_ kind: Decision.Kind, by actor: SimulatedActor) -> SeededGenerator? {
    let decision = actor.nextDecision(kind)
    var random = decision.random
    let happens = random.happens(rates[kind.index])
    if case .fault(let fault) = kind, scriptedCounts[fault.rawValue] > 0 {
      scriptedCounts[fault.rawValue] -= 1
      return random
    }
    let isMade =
      switch selection {
      case .seed: happens
      case .only(let chosen): chosen.contains(decision)
      case .sample(let share, let number):
        decision.isInSample(number, rate: share * rates[kind.index])
      }
    guard isMade else { return nil }
    made.append(decision)
    return random
  }
}

/// The faults and deviations of a run.
enum DecisionSelection: Sendable {
  /// The faults and deviations that the seed determines.
  case seed
  /// Only these faults and deviations, whatever their rates are.
  case only(Set<Decision>)
  /// A random sample of all possible faults and deviations, with this share of the usual rates.
  case sample(share: Double, number: Int)
}

extension Decision {
  /// Whether the decision belongs to a sample of all decisions.
  fileprivate func isInSample(_ number: Int, rate: Double) -> Bool {
    var own = random
    var mixed = SeededGenerator(seed: own.next(), stream: UInt64(number))
    return mixed.happens(rate)
  }
}

extension Decision.Step {
  /// The probability of the deviation at each opportunity.
  fileprivate var rate: Double {
    switch self {
    case .lateProgram, .eventOrder, .longTransit: 0.5
    }
  }
}
