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
  func `the async echo server works under all faults of a healthy system`() throws {
    try exploreHealthyEcho { Self.addServer(to: $0) }
  }
}
