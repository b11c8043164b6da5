import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The unchanged proxy of the examples in a simulated network.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct ExampleProxyTests {
  private static let address = SimulatedAddress("proxy", port: 8)

  private static func addProxy(to simulation: Simulation) {
    simulation.addHost("proxy").serve {
      var proxy = try ProxyServer<CheckedSelector<SimulatedSelector>, _, _, _>(
        try SimulatedListener(port: address.port), upstream: SimulatedStream.self,
        at: EchoUnderTest.address)
      try proxy.run()
    }
  }

  private static func addEchoServer(to simulation: Simulation) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
      try server.run()
    }
  }

  /// Connects to the proxy, and waits for the end.
  private static func expectEnd(within limit: ClosedRange<Duration>) throws {
    var client = try EchoClient(to: address)
    let start = client.now
    do {
      try client.waitForEnd()
    } catch let error as IOError where error.kind == .connectionReset {
      // What it sent was not read.
    }
    let passed = Duration.nanoseconds(client.now.nanoseconds - start.nanoseconds)
    if !limit.contains(passed) { throw WrongEcho(what: "the end after \(passed)") }
  }

  @Test
  func `the proxy relays whatever a healthy system does to it`() throws {
    var faults = FaultRates.benign
    faults[.noDescriptor] = 0.2
    try Simulation.explore(seedCount(200), faults: faults) { simulation in
      simulation.streamCapacity = 300
      Self.addEchoServer(to: simulation)
      Self.addProxy(to: simulation)
      let clients = simulation.addHost("clients")
      for count in [0, 1, 250, 2000] {
        clients.run(after: .milliseconds(2)) {
          var client = try EchoClient(to: Self.address)
          try client.exchange((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        }
      }
      try simulation.run()
    }
  }

  @Test
  func `the proxy comes back to a link that has more than its turn`() throws {
    var faults = FaultRates.none
    faults[.shortRead] = 1
    try Simulation.explore(seedCount(30), faults: faults) { simulation in
      Self.addEchoServer(to: simulation)
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        var client = try EchoClient(to: Self.address)
        try client.exchange((0..<60_000).map { UInt8(truncatingIfNeeded: $0) })
      }
      try simulation.run()
    }
  }

  @Test
  func `the proxy serves on when connections are cut at any byte`() throws {
    try Simulation.explore(seedCount(100), faults: .hostile) { simulation in
      Self.addEchoServer(to: simulation)
      Self.addProxy(to: simulation)
      let clients = simulation.addHost("clients")
      var servedCount = 0
      for number in 0..<20 {
        clients.run(after: .milliseconds(2 + number)) {
          do {
            var client = try EchoClient(to: Self.address)
            try client.exchange((0..<200).map { UInt8(truncatingIfNeeded: $0) })
            servedCount += 1
          } catch let error as IOError {
            let kinds: [IOError.Kind] = [.connectionReset, .brokenPipe, .notConnected]
            if !kinds.contains(error.kind) { throw error }
          } catch let error as WrongEcho where error.what != "nothing for 1.0 seconds" {
            // The other connection of the link was cut: that shows as an early end.
          }
        }
      }
      try simulation.run()
      if servedCount == 0 { throw WrongEcho(what: "nobody was served") }
    }
  }

  @Test
  func `a client whose upstream refuses is closed`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        try Self.expectEnd(within: .zero ... .milliseconds(300))
      }
      try simulation.run()
    }
  }

  @Test
  func `a client whose upstream does not answer is closed in time`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      simulation.addHost("server").serve {
        // One connection waits in it, and no other gets in.
        let listener = try SimulatedListener(port: EchoUnderTest.address.port, backlog: 1)
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        while true { try poll.poll(into: &events, timeout: .seconds(1000)) }
        _ = listener.localAddress
      }
      Self.addProxy(to: simulation)
      let first = simulation.addHost("first")
      simulation.schedule(after: .milliseconds(5)) {
        first.serve {
          var client = try EchoClient(to: EchoUnderTest.address)
          try client.waitForEnd()
        }
      }
      for delay in [100, 1500] {
        simulation.addHost("client").run(after: .milliseconds(delay)) {
          try Self.expectEnd(within: .milliseconds(4900) ... .milliseconds(5300))
        }
      }
      try simulation.run()
    }
  }
}
