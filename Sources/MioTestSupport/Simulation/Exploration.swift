extension Simulation {
  /// Runs a scenario with many seeds, and stops at the first seed with which it fails.
  ///
  ///     try Simulation.explore(10_000) { simulation in
  ///       let server = simulation.addHost("server")
  ///       …
  ///       try simulation.run()
  ///     }
  ///
  /// After a failure it runs the scenario again with fewer faults, as long as the scenario fails in
  /// the same way. It throws the failure with the fewest faults that it found. The same scenario
  /// fails in the same way with the same seed on every machine.
  ///
  /// - Parameters:
  ///   - count: The number of seeds.
  ///   - first: The first seed.
  ///   - faults: The probability of each fault.
  ///   - scenario: Adds hosts and programs, runs the simulation, and throws an error if a result is
  ///     wrong.
  /// - Throws: ``SimulationFailure`` if the scenario fails with one of the seeds.
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

/// A search for the fewest faults with which a scenario fails.
private struct FailureSearch {
  let seed: UInt64
  let faults: FaultRates

  /// Runs the scenario once.
  ///
  /// - Returns: The failure, or `nil` if the scenario succeeds.
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

  /// Returns the failure of the same kind that needs the fewest faults.
  ///
  /// Without one fault, everything after it may change. The search therefore first excludes whole
  /// kinds of faults. Then it runs with many random selections of a small part of the faults.
  /// Finally it excludes parts of the remaining faults.
  func shrink(
    _ original: SimulationFailure, _ scenario: (Simulation) throws -> Void
  ) -> SimulationFailure {
    var best = original
    var kinds: Set<Fault> = []
    var attemptsLeft = Self.attemptLimit

    /// Runs the scenario with other faults, and keeps them if it fails in the same way with fewer
    /// faults.
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

  /// Excludes smaller and smaller parts of the faults, or everything except one part (delta
  /// debugging).
  private func minimize(
    _ remaining: () -> [FaultStrike], _ attempt: (Set<FaultStrike>) -> Bool
  ) {
    var partCount = 2
    while remaining().count > 1 {
      let strikes = remaining()
      let size = (strikes.count + partCount - 1) / partCount
      // The latest faults are excluded first, because the faults before them still strike as they
      // did.
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

  // The limits count attempts instead of time, so that a seed gives the same result on every
  // machine.
  private static let attemptLimit = 2000
  private static let choiceLimit = 200
}

extension SimulationFailure {
  /// Whether this failure needs fewer faults, or the same number of faults and fewer calls.
  fileprivate func isSmaller(than other: SimulationFailure) -> Bool {
    (strikes.count, callCount) < (other.strikes.count, other.callCount)
  }
}

extension SimulationFailure.Reason {
  /// Whether both failures are of the same kind.
  fileprivate func isLike(_ other: Self) -> Bool {
    switch (self, other) {
    case (.threw(_, let host), .threw(_, let otherHost)): host == otherHost
    case (.stuck, .stuck), (.spins, .spins), (.tooLong, .tooLong): true
    case (.mistake(let mine), .mistake(let theirs)): mine.mistake == theirs.mistake
    default: false
    }
  }
}
