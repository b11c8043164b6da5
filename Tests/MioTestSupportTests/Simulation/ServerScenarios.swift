import MioCore
import MioTestSupport

/// Explores an echo server under everything that a healthy system does.
///
/// - Parameter addServer: Adds the server, at ``EchoUnderTest/address``.
/// - Throws: The failure of the first seed that fails.
func exploreHealthyEcho(_ addServer: (Simulation) -> Void) throws {
  var faults = FaultRates.benign
  faults[.noDescriptor] = 0.2
  try Simulation.explore(seedCount(200), faults: faults) { simulation in
    simulation.streamCapacity = 300
    addServer(simulation)
    let clients = simulation.addHost("clients")
    for count in [1, 250, 2000] {
      clients.run(after: .milliseconds(2)) {
        var client = try EchoClient()
        try client.exchange((0..<count).map { UInt8(truncatingIfNeeded: $0) })
      }
    }
    try simulation.run()
  }
}

/// Explores a server whose connections are cut at any byte, and expects that it serves again afterwards.
///
/// - Parameters:
///   - seeds: The number of seeds.
///   - addServer: Adds the server.
///   - isServed: Talks to the server once, and returns whether the connection held.
/// - Throws: The failure of the first seed that fails.
func exploreCutConnections(
  _ seeds: Int, _ addServer: (Simulation) -> Void, isServed: @escaping () throws -> Bool
) throws {
  try Simulation.explore(seeds, faults: .hostile) { simulation in
    addServer(simulation)
    let clients = simulation.addHost("clients")
    for number in 0..<3 {
      clients.run(after: .milliseconds(2 + number)) { _ = try isServed() }
    }
    clients.run(after: .milliseconds(20)) {
      for _ in 0..<100 { if try isServed() { return } }
      throw NobodyIsServed()
    }
    try simulation.run()
  }
}

/// An error that reports that a server no longer serves.
struct NobodyIsServed: Error {}
