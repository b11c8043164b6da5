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
    // Then the last half of what is left, a quarter, and so on, down to single faults: without one that
    // came late, those before it strike as they did.
    var attempts = 0
    var size = max(1, best.strikes.count / 2)
    while attempts < 1000, !best.strikes.isEmpty {
      var end = best.strikes.count
      let before = end
      while end > 0 {
        attempts += 1
        let strikes = best.strikes
        var fewer = suppressed
        fewer.kept = Set(strikes[..<max(0, end - size)] + strikes[end...])
        end -= size
        if attempt(fewer) { end = min(end, best.strikes.count) }
      }
      if size == 1 && best.strikes.count == before { break }
      size = max(1, size / 2)
    }
    return best
  }
}

extension SimulationFailure.Reason {
  /// Whether it is the same kind of failure.
  fileprivate func isLike(_ other: Self) -> Bool {
    switch (self, other) {
    case (.threw, .threw), (.stuck, .stuck), (.spins, .spins), (.tooLong, .tooLong): true
    default: false
    }
  }
}
