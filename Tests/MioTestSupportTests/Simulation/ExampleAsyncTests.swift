import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The asynchronous echo server of the examples, as it is, in a simulated network.
@Suite(.guardingDescriptors)
struct ExampleAsyncTests {
  private static func addServer(to simulation: Simulation) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      let loop = try EventLoop<CheckedSelector<SimulatedSelector>>()
      let server = AsyncEchoServer<_, _, SimulatedStream>(listener, on: loop)
      try loop.run { try? await server.run() }
    }
  }

  @Test
  func `tasks echo, whatever a healthy system does`() throws {
    var faults = FaultRates.benign
    faults[.noDescriptor] = 0.2
    try Simulation.explore(seedCount(200), faults: faults) { simulation in
      simulation.streamCapacity = 300
      Self.addServer(to: simulation)
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
}
