import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The search for a failing seed, and for the smallest failure.
@Suite(.guardingDescriptors)
struct ExplorationTests {
  private struct ShortRead: Error {}

  /// A client that fails if one read returns fewer bytes than the server has sent.
  private static func readAll(in simulation: Simulation) throws {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: 7)
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.registry.register(listener, token: 1, interest: .readable)
      try poll.poll(into: &events)
      let stream = try listener.accept()
      _ = try stream?.write([UInt8](repeating: 1, count: 100))
      try poll.poll(into: &events)
    }
    simulation.addHost("client").run(after: .milliseconds(2)) {
      let stream = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events, timeout: .seconds(10))
      var bytes: [UInt8] = []
      _ = try stream.read(appendingTo: &bytes, upTo: 100)
      if bytes.count < 100 { throw ShortRead() }
    }
    try simulation.run()
  }

  /// Explores one seed.
  ///
  /// - Returns: The number of runs, and the number of faults of the failure.
  private static func runCount(
    from seed: UInt64, reductionLimit: Int
  ) throws -> (runs: Int, faults: Int) {
    var runs = 0
    let failure = try #require(throws: SimulationFailure.self) {
      try Simulation.explore(1, from: seed, faults: .benign, reductionLimit: reductionLimit) {
        runs += 1
        try readAll(in: $0)
      }
    }
    return (runs, failure.faultCount)
  }

  @Test
  func `with a reduction limit of zero, the failure of the first failing seed is thrown`() throws {
    var seeds: [UInt64] = []
    let failure = try #require(throws: SimulationFailure.self) {
      try Simulation.explore(100, faults: .benign, reductionLimit: 0) {
        seeds.append($0.seed)
        try Self.readAll(in: $0)
      }
    }
    #expect(seeds == Array(1...failure.seed))
    guard case .threw(let error, "client") = failure.reason else { throw failure }
    #expect(error is ShortRead)
  }

  @Test
  func `the search for a smaller failure makes at most the permitted number of runs`() throws {
    let failing = try #require(throws: SimulationFailure.self) {
      try Simulation.explore(100, faults: .benign, reductionLimit: 0, Self.readAll)
    }
    let seed = failing.seed
    for limit in [-1, 0] {
      #expect(try Self.runCount(from: seed, reductionLimit: limit).runs == 1)
    }
    for limit in [1, 2] {
      #expect(try Self.runCount(from: seed, reductionLimit: limit).runs == 1 + limit)
    }
    #expect(try Self.runCount(from: seed, reductionLimit: 3000).faults == 1)
  }
}
