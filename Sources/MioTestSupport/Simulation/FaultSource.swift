/// Decides from the seed which faults strike, and which of them do not when a failure is made smaller.
///
/// Each kind has numbers of its own, so that one that does not strike disturbs the others as little as can
/// be.
struct FaultSource {
  private struct Kind {
    let rate: Double
    var random: SeededGenerator
    /// How often the fault could have struck.
    var opportunityCount = 0
    /// How often a script lets it strike next.
    var scriptedCount = 0
  }

  private var kinds: [Kind]
  private let suppressed: SuppressedFaults
  private var selection: SeededGenerator

  /// Those that struck.
  private(set) var struck: [FaultStrike] = []

  init(seed: UInt64, _ rates: FaultRates, suppressing suppressed: SuppressedFaults) {
    self.suppressed = suppressed
    selection = SeededGenerator(seed: suppressed.selection?.seed ?? 0, stream: 5)
    var random = SeededGenerator(seed: seed, stream: 1)
    kinds = Fault.allCases.map { fault in
      let isChosen = random.happens(0.5)
      let isActive = isChosen || rates[fault] == 1 || !rates.leavesSomeOut
      return Kind(
        rate: isActive && !suppressed.kinds.contains(fault) ? rates[fault] : 0,
        random: SeededGenerator(seed: seed, stream: 100 + UInt64(fault.rawValue)))
    }
  }

  /// Lets a fault strike whenever it can next, so many times.
  mutating func strikeNext(_ fault: Fault, count: Int) {
    kinds[fault.rawValue].scriptedCount += count
  }

  /// Whether a fault strikes now.
  mutating func strikes(_ fault: Fault) -> Bool {
    let index = fault.rawValue
    if kinds[index].scriptedCount > 0 {
      kinds[index].scriptedCount -= 1
      return true
    }
    let rate = kinds[index].rate
    guard rate > 0 || suppressed.chosen != nil else { return false }
    kinds[index].opportunityCount += 1
    let strike = FaultStrike(fault: fault, opportunity: kinds[index].opportunityCount)
    if let chosen = suppressed.chosen {
      guard chosen.contains(strike) else { return false }
      struck.append(strike)
      return true
    }
    guard kinds[index].random.happens(rate) else { return false }
    if let share = suppressed.selection?.share, !selection.happens(share) { return false }
    struck.append(strike)
    return true
  }
}

/// A fault that struck: the kind, and which opportunity it took.
struct FaultStrike: Hashable, Sendable {
  let fault: Fault
  let opportunity: Int
}

/// Faults that shall not strike, so that a failure is shown with as few as possible.
struct SuppressedFaults: Sendable {
  var kinds: Set<Fault> = []
  /// Exactly these strike, whatever their rates are.
  var chosen: Set<FaultStrike>?
  /// Only those that are selected; all where it is `nil`.
  var selection: FaultSelection?
}

/// Chooses among faults that would strike.
struct FaultSelection: Sendable {
  /// How probable it is to be chosen.
  let share: Double
  let seed: UInt64
}
