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

  func shrink(
    _ original: SimulationFailure, _ scenario: (Simulation) throws -> Void
  ) -> SimulationFailure {
    var best = original
    var suppressed = SuppressedFaults()

    /// Goes on with fewer faults, if it still fails in the same way.
    func attempt(_ fewer: SuppressedFaults) -> Bool {
      guard let failure = run(scenario, fewer), failure.reason.isLike(original.reason) else {
        return false
      }
      suppressed = fewer
      best = failure
      return true
    }

    for fault in Fault.allCases {
      var fewer = suppressed
      fewer.kinds.insert(fault)
      _ = attempt(fewer)
    }
    // Then some at random: without one fault, all that follows may be another story, so it takes many tries
    // to find fewer faults with which the story still ends in the same way.
    var random = SeededGenerator(seed: seed, stream: 4)
    for (share, patience) in [(0.5, 400), (0.25, 200), (0.1, 50)] {
      var misses = 0
      while misses < patience, best.strikes.count > 1 {
        var fewer = suppressed
        fewer.kept = Set(best.strikes.filter { _ in !random.happens(share) })
        if attempt(fewer) { misses = 0 } else { misses += 1 }
      }
    }
    // At last one by one, those that came late first: those before it strike as they did.
    var index = best.strikes.count - 1
    while index >= 0 {
      var fewer = suppressed
      fewer.kept = Set(best.strikes)
      fewer.kept?.remove(best.strikes[index])
      if attempt(fewer) { index = min(index, best.strikes.count) }
      index -= 1
    }
    return best
  }
}

extension SimulationFailure.Reason {
  /// Whether it is the same kind of failure.
  fileprivate func isLike(_ other: Self) -> Bool {
    switch (self, other) {
    case (.threw, .threw), (.stuck, .stuck), (.spins, .spins), (.tooLong, .tooLong): true
    case (.mistake(let mine), .mistake(let theirs)): mine.mistake == theirs.mistake
    default: false
    }
  }
}
