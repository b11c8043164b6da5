import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// An echo server that offers a turn, and has no loop of its own.
private struct TurnServer: ~Copyable {
  private var server: EchoUnderTest

  init() throws(IOError) { server = try EchoUnderTest() }

  mutating func turn() throws(IOError) -> Instant {
    try server.turn()
    return server.nextDeadline
  }
}

/// Programs that run in steps, and never wait themselves.
@Suite(.guardingDescriptors)
struct TurnTests {
  private func addServer(to simulation: Simulation) -> SimulatedHost {
    let host = simulation.addHost("server")
    host.serve {
      try TurnServer()
    } turn: { server in
      try server.turn()
    }
    return host
  }

  @Test
  func `a server that runs in turns works under all faults of a healthy system`() throws {
    try Simulation.explore(seedCount(200), faults: .benign) { simulation in
      simulation.streamCapacity = 100
      _ = addServer(to: simulation)
      let clients = simulation.addHost("clients")
      for count in [1, 90, 700] {
        clients.run(after: .milliseconds(5)) {
          var client = try EchoClient()
          try client.exchange([0] + (1...count).map { UInt8(truncatingIfNeeded: $0) })
        }
      }
      clients.run(after: .milliseconds(3)) {
        // The deadline of the server ends this connection.
        var client = try EchoClient()
        try client.greet([0])
        try client.waitForEnd()
      }
      try simulation.run(for: .seconds(600))
    }
  }

  @Test
  func `the seed determines when turns run`() throws {
    func run(seed: UInt64) throws -> UInt64 {
      let simulation = Simulation(seed: seed, faults: .benign)
      _ = addServer(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(1)) {
        var client = try EchoClient()
        try client.exchange([0] + (0..<300).map { UInt8(truncatingIfNeeded: $0) })
      }
      try simulation.run()
      return simulation.trace.fingerprint
    }
    let fingerprints = try (1...20).map { try run(seed: $0) }
    #expect(try (1...20).map { try run(seed: $0) } == fingerprints)
    #expect(Set(fingerprints).count == 20)
  }

  @Test
  func `turns run at their deadlines and for events, and no more often`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    var times: [UInt64] = []
    var waker: PollWaker?
    host.run {
      let poll = try Poll<SimulatedSelector>()
      waker = try poll.registry.makeWaker(token: 3)
      return poll
    } turn: { poll in
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events, timeout: .zero)
      times.append(poll.now.nanoseconds / 1_000_000_000)
      switch times.count {
      case 1: return poll.now.advanced(by: .seconds(10))
      case 2: return .never
      default:
        #expect(events.map(\.token) == [3])
        return nil
      }
    }
    simulation.schedule(after: .seconds(50)) { try? waker?.wake() }
    try simulation.run()
    #expect(times == [1, 11, 51])
  }

  @Test
  func `another turn runs while events remain`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    var told: Set<Token> = []
    host.run {
      let poll = try Poll<SimulatedSelector>()
      let pair = try SimulatedStream.pair()
      try poll.registry.register(pair.first, token: 1, interest: .writable)
      try poll.registry.register(pair.second, token: 2, interest: .writable)
      return TwoStreams(poll: poll, first: pair.first, second: pair.second)
    } turn: { streams in
      var events = try Events<SimulatedSelector>(capacity: 1)
      try streams.poll.poll(into: &events, timeout: .zero)
      told.formUnion(events.map(\.token))
      return told.count < 2 ? .never : nil
    }
    try simulation.run()
    #expect(told == [1, 2])
  }

  private struct TwoStreams: ~Copyable {
    var poll: Poll<SimulatedSelector>
    let first: SimulatedStream
    let second: SimulatedStream
  }

  @Test
  func `a turn that would wait throws unsupported`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("host").run {
      try Poll<SimulatedSelector>()
    } turn: { poll in
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events, timeout: .seconds(1))
      return nil
    }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    guard case .threw(let error as IOError, host: "host") = failure.reason else { throw failure }
    #expect(error.kind == .unsupported)
  }

  @Test
  func `after a crash, a host begins its turns again`() throws {
    let simulation = Simulation(seed: 1)
    let host = addServer(to: simulation)
    simulation.schedule(after: .seconds(1)) { host.crash() }
    simulation.schedule(after: .seconds(2)) { host.restart() }
    simulation.addHost("client").run(after: .seconds(3)) {
      var client = try EchoClient()
      try client.exchange([0, 1, 2])
    }
    try simulation.run()
  }
}
