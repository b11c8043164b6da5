import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// Simulations that a test uses wrongly, or with extreme values.
@Suite(.guardingDescriptors)
struct SimulationMisuseTests {
  private func misuse(
    _ body: () throws -> Void
  ) throws -> SimulationFailure.Misuse? {
    let failure = try #require(throws: SimulationFailure.self) { try body() }
    guard case .misuse(let misuse) = failure.reason else { throw failure }
    return misuse
  }

  private func pause(for duration: Duration) throws(IOError) {
    var poll = try Poll<SimulatedSelector>()
    var events = try Events<SimulatedSelector>(capacity: 1)
    try poll.poll(into: &events, timeout: duration)
  }

  // MARK: - Runs

  @Test
  func `a simulation runs once, and programs that are added afterwards never begin`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    host.run {}
    try simulation.run()
    var hasBegun = false
    host.run { hasBegun = true }
    simulation.addHost("late").run { hasBegun = true }
    #expect(try misuse { try simulation.run() } == .secondRun)
    #expect(!hasBegun)
  }

  @Test
  func `a program cannot run its own simulation`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("host").run {
      #expect(try misuse { try simulation.run() } == .secondRun)
      try pause(for: .seconds(1))
    }
    try simulation.run()
  }

  @Test
  func `a program can run another simulation, and cannot use its objects`() throws {
    let outer = Simulation(seed: 1)
    outer.addHost("outer").run {
      let listener = try SimulatedListener(port: 1)
      let inner = Simulation(seed: 2)
      inner.addHost("inner").run {
        try pause(for: .seconds(1))
        expectError(.unsupported) { () throws(IOError) in _ = try listener.accept() }
      }
      try inner.run()
      try pause(for: .seconds(1))
      #expect(try listener.accept() == nil)
    }
    try outer.run()
  }

  @Test
  func `running a simulation without a program to wait for is reported as misuse`() throws {
    #expect(try misuse { try Simulation(seed: 1).run() } == .noProgram)
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").serve { _ = try SimulatedListener(port: 1) }
    #expect(try misuse { try simulation.run() } == .noProgram)
  }

  @Test
  func `a scenario that does not run its simulation is reported as misuse`() throws {
    let forgetful: (Simulation) -> Void = { $0.addHost("host").run {} }
    #expect(try misuse { try Simulation.explore(3, forgetful) } == .noRun)
    try Simulation.explore(0, forgetful)
    try Simulation.explore(-1, forgetful)
    try Simulation.explore(2, from: .max) { simulation in
      forgetful(simulation)
      try simulation.run()
    }
  }

  @Test
  func `a failure names the programs that wait for each other without a limit`() throws {
    let simulation = Simulation(seed: 1)
    for name in ["first", "second"] {
      simulation.addHost(name).run {
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        let socket = try SimulatedDatagramSocket(port: 1)
        try poll.registry.register(socket, token: 1, interest: .readable)
        try poll.poll(into: &events)
      }
    }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    guard case .stuck(let waiting) = failure.reason else { throw failure }
    #expect(waiting == ["first waits for ever", "second waits for ever"])
  }

  // MARK: - Hosts and addresses

  @Test
  func `an address refers to the first host of its name, and each host has its own ports`() throws {
    let simulation = Simulation(seed: 1)
    let address = SimulatedAddress("server", port: 1)
    var accepted: [Int] = []
    for number in 1...2 {
      simulation.addHost("server").run {
        let listener = try SimulatedListener(port: address.port)
        expectError(.addressInUse) { () throws(IOError) in
          _ = try SimulatedListener(port: address.port)
        }
        try pause(for: .seconds(1))
        if try listener.accept() != nil { accepted.append(number) }
      }
    }
    simulation.addHost("client").run(after: .milliseconds(1)) {
      let stream = try SimulatedStream(connectingTo: address)
      try pause(for: .milliseconds(10))
      #expect(try stream.finishConnect() == .connected)
    }
    try simulation.run()
    #expect(accepted == [1])
  }

  @Test
  func `a host that has no free port left reports it`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("host").run {
      let ports = Array(49_152...65_535)
      let sockets = try ports.map { _ in Owner(try SimulatedDatagramSocket()) }
      #expect(Set(sockets.map(\.port)) == Set(ports.map { UInt16($0) }))
      expectError(.addressInUse) { () throws(IOError) in _ = try SimulatedDatagramSocket() }
      _ = try SimulatedDatagramSocket(port: 1)
    }
    try simulation.run()
  }

  private final class Owner {
    private let socket: SimulatedDatagramSocket
    var port: UInt16 { socket.localAddress.port }

    init(_ socket: consuming SimulatedDatagramSocket) { self.socket = socket }
  }

  // MARK: - Extreme values

  @Test
  func `a stream has a capacity of at least one byte`() throws {
    for capacity in [0, -1, .min] {
      let simulation = Simulation(seed: 1, faults: .benign)
      simulation.streamCapacity = capacity
      #expect(simulation.streamCapacity == 1)
      simulation.addHost("server").serve {
        var server = try EchoUnderTest()
        try server.run()
      }
      simulation.addHost("client").run(after: .milliseconds(1)) {
        var client = try EchoClient()
        try client.exchange([0, 1, 2])
      }
      try simulation.run()
    }
  }

  @Test
  func `negative durations count as zero`() throws {
    let simulation = Simulation(seed: 1)
    simulation.latency = .seconds(-2) ... .seconds(-1)
    let start = simulation.now
    var actionTime: Instant?
    simulation.schedule(after: .seconds(-5)) { actionTime = simulation.now }
    simulation.addHost("host").run(after: .seconds(-5)) {
      let listener = try SimulatedListener(port: 1, backlog: -1)
      let client = try SimulatedStream(connectingTo: listener.localAddress)
      simulation.advance(by: .seconds(-5))
      try pause(for: .seconds(-5))
      try pause(for: .nanoseconds(1))
      #expect(try client.finishConnect() == .connected)
      client.reset(afterSending: -1)
      expectError(.brokenPipe) { () throws(IOError) in try client.write([1].span) }
    }
    try simulation.run()
    #expect(actionTime == start)
    #expect(simulation.now == start.advanced(by: .nanoseconds(1)))
  }

  @Test
  func `a run without time fails unless its programs need no time`() throws {
    for duration in [Duration.zero, .seconds(-1)] {
      let quick = Simulation(seed: 1)
      quick.addHost("host").run { _ = try SimulatedListener(port: 1) }
      try quick.run(for: duration)
      let slow = Simulation(seed: 1)
      slow.addHost("host").run { try pause(for: .nanoseconds(1)) }
      let failure = try #require(throws: SimulationFailure.self) { try slow.run(for: duration) }
      guard case .tooLong(duration) = failure.reason else { throw failure }
    }
  }

  @Test
  func `a limit of zero or less allows nothing`() throws {
    for limit in [0, -1] {
      let poor = Simulation(seed: 1)
      let host = poor.addHost("poor")
      host.descriptorLimit = limit
      poor.strikeNext(.noDescriptor, count: -5)
      host.run {
        expectError(.tooManyOpenFiles) { () throws(IOError) in _ = try SimulatedListener(port: 1) }
        expectError(.tooManyOpenFiles) { () throws(IOError) in try Poll<SimulatedSelector>() }
        expectError(.tooManyOpenFiles) { () throws(IOError) in _ = try SimulatedStream.pair() }
      }
      try poor.run()
      let mute = Simulation(seed: 1)
      mute.callLimit = limit
      mute.addHost("mute").run { try? pause(for: .zero) }
      let failure = try #require(throws: SimulationFailure.self) { try mute.run() }
      guard case .spins(host: "mute") = failure.reason else { throw failure }
    }
  }

  @Test
  func `a program that ignores every error and never waits is stopped`() throws {
    let simulation = Simulation(seed: 1)
    simulation.callLimit = 1000
    simulation.addHost("deaf").run {
      while true { _ = try? SimulatedListener(port: 1) }
    }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    guard case .spins(host: "deaf") = failure.reason else { throw failure }
  }

  // MARK: - Objects that outlive their simulation

  /// The objects of a simulation that a test keeps.
  private final class Kept {
    var stream: SimulatedStream?
    var peer: SimulatedStream?
    var listener: SimulatedListener?
    var socket: SimulatedDatagramSocket?
    var poll: Poll<SimulatedSelector>?
    var waker: PollWaker?
    var host: SimulatedHost?
  }

  private func keepAll(of kept: Kept) throws {
    let simulation = Simulation(seed: 1)
    kept.host = simulation.addHost("host")
    kept.host?.run {
      let pair = try SimulatedStream.pair()
      let poll = try Poll<SimulatedSelector>()
      let listener = try SimulatedListener(port: 1)
      let socket = try SimulatedDatagramSocket(port: 1)
      try poll.registry.register(listener, token: 1, interest: .readable)
      try poll.registry.register(socket, token: 2, interest: .readable)
      kept.waker = try poll.registry.makeWaker(token: 3)
      kept.poll = consume poll
      kept.listener = consume listener
      kept.socket = consume socket
      kept.stream = .some(pair.first)
      kept.peer = .some(pair.second)
    }
    try simulation.run()
  }

  @Test
  func `objects of a destroyed simulation throw, and can be destroyed`() throws {
    let kept = Kept()
    try keepAll(of: kept)
    expectError(.unsupported) { () throws(IOError) in try kept.stream?.write([1].span) }
    expectError(.unsupported) { () throws(IOError) in try kept.peer?.receive(upTo: 1) }
    expectError(.unsupported) { () throws(IOError) in _ = try kept.listener?.accept() }
    expectError(.unsupported) { () throws(IOError) in
      try kept.socket?.send([1].span, to: SimulatedAddress("host", port: 1))
    }
    let events = try Events<SimulatedSelector>(capacity: 1)
    #expect(events.isEmpty)
    #expect(kept.poll?.now == Instant(nanoseconds: 1_000_000_000))
    #expect(kept.listener?.localAddress == SimulatedAddress("host", port: 1))
    #expect(kept.stream?.takeError() == nil)
    kept.stream?.reset()
    try? kept.waker?.wake()
    kept.listener = nil
    kept.poll = nil
  }
}
