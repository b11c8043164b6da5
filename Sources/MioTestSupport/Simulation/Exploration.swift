extension Simulation {
  /// Runs a scenario with many seeds, and stops at the first seed with which it fails.
  ///
  ///     try Simulation.explore(10_000) { simulation in
  ///       let server = simulation.addHost("server")
  ///       …
  ///       try simulation.run()
  ///     }
  ///
  /// After a failure it runs the scenario again with fewer faults and with fewer steps out of order,
  /// as long as the scenario fails in the same way. It throws the smallest failure that it found.
  /// The same scenario fails in the same way with the same seed on every machine.
  ///
  /// The search for a smaller failure may take as long as thousands of runs. To see the first failure
  /// at once, pass a `reductionLimit` of 0.
  ///
  /// - Parameters:
  ///   - count: The number of seeds; nothing runs if it is 0 or less.
  ///   - first: The first seed.
  ///   - faults: The probability of each fault.
  ///   - reductionLimit: The largest number of runs that the search for a smaller failure makes. With
  ///     0 or less the method throws the first failure.
  ///   - scenario: Adds hosts and programs, runs the simulation, and throws an error if a result is
  ///     wrong.
  /// - Throws: ``SimulationFailure`` if the scenario fails with one of the seeds, or if it does not
  ///   run the simulation.
  public static func explore(
    _ count: Int, from first: UInt64 = 1, faults: FaultRates = .hostile, reductionLimit: Int = 3000,
    _ scenario: (Simulation) throws -> Void
  ) throws(SimulationFailure) {
    for number in 0..<UInt64(max(0, count)) {
      let seed = first &+ number
      guard let failure = attempt(scenario, seed, faults) else { continue }
      throw withoutActuallyEscaping(scenario) { scenario in
        var reduction = FailureReduction(failure, limit: reductionLimit) {
          attempt(scenario, seed, faults, $0)
        }
        return reduction.smallest()
      }
    }
  }

  /// Runs a scenario once.
  ///
  /// - Returns: The failure, or `nil` if the scenario succeeds.
  private static func attempt(
    _ scenario: (Simulation) throws -> Void, _ seed: UInt64, _ faults: FaultRates,
    _ selection: DecisionSelection = .seed
  ) -> SimulationFailure? {
    let simulation = Simulation(seed: seed, faults: faults, selection: selection)
    do {
      try scenario(simulation)
      return simulation.hasBegun ? nil : SimulationFailure(.misuse(.noRun), of: simulation)
    } catch let failure as SimulationFailure {
      return failure
    } catch {
      return SimulationFailure(.threw(error, host: "the scenario"), of: simulation)
    }
  }
}
