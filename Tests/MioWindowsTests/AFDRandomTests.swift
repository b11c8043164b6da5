import TestHelpers
import Testing

/// Random operations, which test cases that no list contains.
///
/// There are 100,000 operations, and they are the same for the same seed.
@Suite(.takingTurns(limit: .seconds(300)))
struct AFDRandomTests {
  @Test(arguments: [1] as [UInt64])
  func `random operations violate no rule of the backend`(_ seed: UInt64) throws {
    try run(seed: seed, hasFaults: false)
  }

  @Test(arguments: [2] as [UInt64])
  func `random operations violate no rule of the backend while system calls fail`(
    _ seed: UInt64
  ) throws {
    try run(seed: seed, hasFaults: true)
  }

  private func run(seed: UInt64, hasFaults: Bool) throws {
    let system: ScriptedAFD
    do {
      var scenario = try AFDScenario(seed: seed, hasFaults: hasFaults)
      system = scenario.system
      #expect(try scenario.run(steps: 100_000) == [])
      // A run that has not reached these cases proves less than the test claims.
      let met = (scenario.mostSockets, scenario.mostHelpers, scenario.eventCount)
      #expect(met.0 > 1000 && met.1 > 30 && met.2 > 10_000, "\(met)")
      let errorCount = scenario.errorCount
      #expect(hasFaults == (errorCount > 100), "\(errorCount)")
    }
    #expect(system.remains == [])
  }
}
