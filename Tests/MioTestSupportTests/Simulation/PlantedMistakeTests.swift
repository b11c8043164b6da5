import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// Mistakes of a server that the simulation must find.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct PlantedMistakeTests {
  /// The faults of a busy system, and a lack of descriptors.
  ///
  /// No connection is cut.
  private static var faults: FaultRates {
    var rates = FaultRates.benign
    rates[.noDescriptor] = 0.1
    return rates
  }

  private static func scenario(
    _ mistake: EchoUnderTest.Mistake?
  ) -> (Simulation) throws -> Void {
    { simulation in
      simulation.streamCapacity = 100
      simulation.addHost("server").serve {
        var server = try EchoUnderTest(mistake)
        try server.run()
      }
      let clients = simulation.addHost("clients")
      for count in [1, 90, 700] {
        clients.run(after: .milliseconds(5)) {
          var client = try EchoClient()
          try client.exchange([0] + (1...count).map { UInt8(truncatingIfNeeded: $0) })
        }
      }
      clients.run(after: .milliseconds(4)) {
        do {
          var first = try EchoClient()
          var second = try EchoClient()
          try first.greet([9])
          try second.greet([9])
        }
        // The third connection arrives at the time at which the other two are closed.
        var third = try EchoClient()
        try third.exchange([0, 1, 2, 3])
      }
      for delay in [3, 500] {
        clients.run(after: .milliseconds(delay)) {
          var client = try EchoClient()
          try client.greet([0])
          try client.waitForEnd()
        }
      }
      try simulation.run(for: .seconds(600))
    }
  }

  @Test
  func `a server without a mistake works under all faults of a healthy system`() throws {
    try Simulation.explore(seedCount(300), faults: Self.faults, Self.scenario(nil))
  }

  // Reducing the failure takes thousands of runs.
  @Test(
    .disabled(if: Simulation.runsProgramsOnThreads, "each run takes too long"),
    arguments: EchoUnderTest.Mistake.allCases)
  func `a planted mistake in a server is found, reduced, and reproduced`(
    _ mistake: EchoUnderTest.Mistake
  ) throws {
    try expectSmallFailure(faults: Self.faults, Self.scenario(mistake))
  }
}

/// Expects that the simulation finds a mistake.
///
/// The failure must need only a few faults and changes of the order, and the seed must find it
/// again.
func expectSmallFailure(
  faults: FaultRates, _ scenario: (Simulation) throws -> Void
) throws {
  let found = try #require(throws: SimulationFailure.self) {
    try Simulation.explore(10_000, faults: faults, scenario)
  }
  let again = try #require(throws: SimulationFailure.self) {
    try Simulation.explore(1, from: found.seed, faults: faults, scenario)
  }
  #expect(again.trace.fingerprint == found.trace.fingerprint)
  #expect(again.description == found.description)
  #expect(found.faultCount + found.stepCount <= 5)
}
