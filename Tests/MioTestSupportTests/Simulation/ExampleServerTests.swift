import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The unchanged echo server of the examples in a simulated network.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct ExampleServerTests {
  private static func addServer(to simulation: Simulation) {
    addServer(to: simulation.addHost("server"))
  }

  private static func addServer(to host: SimulatedHost) {
    host.serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
      try server.run()
    }
  }

  @Test
  func `the echo server works under all faults of a healthy system`() throws {
    try exploreHealthyEcho { Self.addServer(to: $0) }
  }

  @Test
  func `the echo server continues when connections are reset at any byte`() throws {
    try exploreCutConnections(seedCount(200), { Self.addServer(to: $0) }, isServed: Self.isServed)
  }

  @Test
  func `the echo server works again after crashes, partitions and a lack of memory`() throws {
    try Simulation.explore(seedCount(100), faults: .disastrous) { simulation in
      let host = simulation.addHost("server")
      host.mayCrash = true
      Self.addServer(to: host)
      let clients = simulation.addHost("clients")
      for number in 0..<3 {
        clients.run(after: .milliseconds(2 + number)) { _ = try Self.isServedInTrouble() }
      }
      clients.run(after: .milliseconds(20)) {
        for _ in 0..<1000 { if try Self.isServedInTrouble() { return } }
        throw NobodyIsServed()
      }
      try simulation.run()
    }
  }

  /// Sends 200 bytes.
  ///
  /// - Returns: Whether they came back. Other bytes must never come back, whatever faults occur.
  private static func isServedInTrouble() throws -> Bool {
    do {
      return try isServed()
    } catch is IOError {
      return false
    } catch let error as WrongEcho where error.what == "nothing for 1.0 seconds" {
      return false
    }
  }

  /// Sends 200 bytes.
  ///
  /// - Returns: Whether they came back; `false` if the connection was cut.
  private static func isServed() throws -> Bool {
    do {
      var client = try EchoClient()
      try client.exchange((0..<200).map { UInt8(truncatingIfNeeded: $0) })
      return true
    } catch let error as IOError {
      let kinds: [IOError.Kind] = [.connectionReset, .brokenPipe, .notConnected]
      if !kinds.contains(error.kind) { throw error }
    } catch let error as WrongEcho where error.what.hasSuffix("expected") {
      // If only the server is told of a reset, the client sees an early end.
    }
    return false
  }

  @Test
  func `the echo server accepts all waiting connections, in several turns`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      var idle = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try idle.poll(into: &events, timeout: .milliseconds(100))
      var server = try EchoServer<SimulatedSelector, _, _>(listener)
      try server.run()
    }
    let clients = simulation.addHost("clients")
    for _ in 0..<100 {
      clients.run(after: .milliseconds(2)) {
        var client = try EchoClient()
        try client.exchange([1, 2, 3])
      }
    }
    try simulation.run()
  }

  @Test
  func `the echo server ends when its waker wakes it`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("server")
    var waker: PollWaker?
    host.run {
      let listener = try SimulatedListener(port: 7)
      var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
      waker = try server.loop.makeStopWaker()
      try server.run()
    }
    host.run(after: .seconds(5)) { try waker?.wake() }
    try simulation.run()
    #expect(simulation.now == Instant(nanoseconds: 6_000_000_000))
  }
}
