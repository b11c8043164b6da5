import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The distributor and the loops of `multi-core-echo`, as they are, in a simulated network.
@Suite(.guardingDescriptors)
struct ExampleDistributorTests {
  private typealias Loop = EchoLoop<CheckedSelector<SimulatedSelector>, SimulatedStream>
  private typealias Hub = Distributor<
    CheckedSelector<SimulatedSelector>, SimulatedListener, SimulatedStream
  >

  /// The loops and their counts.
  ///
  /// Only one program of a host runs at a time.
  private final class Loops {
    var senders: [Mailbox<SimulatedStream>.Sender] = []
    var stops: [PollWaker] = []
    var counts: [EchoCounts] = []
  }

  /// Adds a server with two loops to a simulation.
  private static func addServer(to simulation: Simulation, _ loops: Loops = Loops()) {
    let server = simulation.addHost("server")
    for _ in 0..<2 {
      server.run {
        var loop = try Loop()
        loops.senders.append(loop.sender)
        loops.stops.append(try loop.makeStopWaker())
        try loop.run()
        loops.counts.append(loop.counts)
      }
    }
    server.run(after: .milliseconds(1)) {
      var hub = try Hub(try SimulatedListener(port: EchoUnderTest.address.port))
      for sender in loops.senders { hub.add(sender) }
      let stop = try hub.loop.makeStopWaker()
      server.run(after: .seconds(60)) { try stop.wake() }
      try hub.run()
      for stop in loops.stops { try stop.wake() }
    }
  }

  @Test
  func `loops echo on handed-over connections under all faults of a healthy system`() throws {
    try exploreHealthyEcho { Self.addServer(to: $0) }
  }

  @Test
  func `the loops receive the connections in turn`() throws {
    let simulation = Simulation(seed: 1)
    let loops = Loops()
    Self.addServer(to: simulation, loops)
    let clients = simulation.addHost("clients")
    for _ in 0..<100 {
      clients.run(after: .milliseconds(2)) {
        var client = try EchoClient()
        try client.exchange([1, 2, 3])
      }
    }
    try simulation.run()
    #expect(loops.counts.map(\.connections) == [50, 50])
    #expect(loops.counts.map(\.bytes) == [150, 150])
  }
}
