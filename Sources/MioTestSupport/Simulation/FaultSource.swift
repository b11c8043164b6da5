/// A source of faults, which decides from the seed when a fault strikes.
///
/// It suppresses some faults when a failure is reduced. Each kind of fault has its own random
/// numbers, so that a suppressed fault changes the other faults as little as possible.
struct FaultSource {
  private struct Kind {
    let rate: Double
    var random: SeededGenerator
    /// The number of times that the fault could have struck.
    var opportunityCount = 0
    /// The number of next opportunities at which a script makes the fault strike.
    var scriptedCount = 0
  }

  private var kinds: [Kind]
  private let suppressed: SuppressedFaults
  private var selection: SeededGenerator

  /// The faults that struck.
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

  /// Makes a fault strike at its next `count` opportunities.
  mutating func strikeNext(_ fault: Fault, count: Int) {
    kinds[fault.rawValue].scriptedCount += count
  }

  /// Returns whether a fault strikes at this opportunity.
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

/// A fault that struck: its kind, and the number of its opportunity.
struct FaultStrike: Hashable, Sendable {
  let fault: Fault
  let opportunity: Int
}

/// The faults that must not strike, so that a failure shows as few faults as possible.
struct SuppressedFaults: Sendable {
  var kinds: Set<Fault> = []
  /// The only faults that strike, whatever their rates are.
  ///
  /// If it is `nil`, the rates decide.
  var chosen: Set<FaultStrike>?
  /// The selection of the faults that strike, or `nil` for all faults.
  var selection: FaultSelection?
}

/// A random selection of the faults that would strike.
struct FaultSelection: Sendable {
  /// The probability with which a fault is selected.
  let share: Double
  let seed: UInt64
}
