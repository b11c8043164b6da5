extension Simulation {
  /// Runs a scenario with many seeds, and stops at the first with which it fails.
  ///
  ///     try Simulation.explore(10_000) { simulation in
  ///       let server = simulation.addHost("server")
  ///       …
  ///       try simulation.run()
  ///     }
  ///
  /// What fails is run again with fewer faults, for as long as it fails in the same way: the failure that is
  /// thrown has the fewest that were found. The same scenario with the same seed fails again in the same way,
  /// on every machine.
  ///
  /// - Parameters:
  ///   - count: How many seeds to try.
  ///   - first: The first seed.
  ///   - faults: How probable each fault is.
  ///   - scenario: Makes hosts and programs, runs the simulation, and throws if something is wrong.
  /// - Throws: ``SimulationFailure``.
  public static func explore(
    _ count: Int, from first: UInt64 = 1, faults: FaultRates = .hostile,
    _ scenario: (Simulation) throws -> Void
  ) throws(SimulationFailure) {
    for seed in first..<first + UInt64(count) {
      let search = FailureSearch(seed: seed, faults: faults)
      if let failure = search.run(scenario, SuppressedFaults()) {
        throw search.shrink(failure, scenario)
      }
    }
  }
}

/// Looks for the fewest faults with which a scenario fails.
private struct FailureSearch {
  let seed: UInt64
  let faults: FaultRates

  /// Runs the scenario once.
  func run(
    _ scenario: (Simulation) throws -> Void, _ suppressed: SuppressedFaults
  ) -> SimulationFailure? {
    let simulation = Simulation(seed: seed, faults: faults, suppressing: suppressed)
    do {
      try scenario(simulation)
      return nil
    } catch let failure as SimulationFailure {
      return failure
    } catch {
      return SimulationFailure(.threw(error, host: "the scenario"), of: simulation)
    }
  }

  /// Looks for the failure of the same kind that takes the fewest faults.
  ///
  /// A fault less, and all that follows may be another story. So at first whole kinds are left out; then most
  /// faults, chosen anew at each opportunity, in many ways; and then parts of what is left.
  func shrink(
    _ original: SimulationFailure, _ scenario: (Simulation) throws -> Void
  ) -> SimulationFailure {
    var best = original
    var kinds: Set<Fault> = []
    var attemptsLeft = Self.attemptLimit

    /// Goes on with other faults, if it still fails in the same way, and needs less.
    func attempt(_ other: SuppressedFaults) -> Bool {
      guard attemptsLeft > 0 else { return false }
      attemptsLeft -= 1
      guard let failure = run(scenario, other), failure.reason.isLike(original.reason),
        failure.isSmaller(than: best)
      else { return false }
      best = failure
      kinds = other.kinds
      return true
    }

    for fault in Fault.allCases where best.strikes.contains(where: { $0.fault == fault }) {
      _ = attempt(SuppressedFaults(kinds: kinds.union([fault])))
    }
    for share in [0.5, 0.25, 0.1] {
      for choice in 0..<Self.choiceLimit where best.strikes.count > 1 {
        let selection = FaultSelection(share: share, seed: UInt64(choice))
        _ = attempt(SuppressedFaults(kinds: kinds, selection: selection))
      }
    }
    minimize({ best.strikes }) { attempt(SuppressedFaults(chosen: $0)) }
    return best
  }

  /// Leaves out ever smaller parts of the faults, or all but a part (delta debugging).
  private func minimize(
    _ remaining: () -> [FaultStrike], _ attempt: (Set<FaultStrike>) -> Bool
  ) {
    var partCount = 2
    while remaining().count > 1 {
      let strikes = remaining()
      let size = (strikes.count + partCount - 1) / partCount
      // Those that came late first: those before them strike as they did.
      let parts = stride(from: 0, to: strikes.count, by: size).reversed().map {
        Set(strikes[$0..<min($0 + size, strikes.count)])
      }
      if parts.count > 2, parts.contains(where: attempt) {
        partCount = 2
      } else if parts.contains(where: { attempt(Set(strikes).subtracting($0)) }) {
        partCount = max(2, partCount - 1)
      } else if size > 1 {
        partCount = min(2 * partCount, strikes.count)
      } else {
        return
      }
    }
  }

  // Counted, and not measured: the same seed has the same result on every machine.
  private static let attemptLimit = 2000
  private static let choiceLimit = 200
}

extension SimulationFailure {
  /// Whether it takes fewer faults, or as many and fewer calls.
  fileprivate func isSmaller(than other: SimulationFailure) -> Bool {
    (strikes.count, callCount) < (other.strikes.count, other.callCount)
  }
}

extension SimulationFailure.Reason {
  /// Whether it is the same kind of failure.
  fileprivate func isLike(_ other: Self) -> Bool {
    switch (self, other) {
    case (.threw(_, let host), .threw(_, let otherHost)): host == otherHost
    case (.stuck, .stuck), (.spins, .spins), (.tooLong, .tooLong): true
    case (.mistake(let mine), .mistake(let theirs)): mine.mistake == theirs.mistake
    default: false
    }
  }
}
