import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The properties of a simulation, whatever programs it runs.
@Suite(.guardingDescriptors)
struct SimulationTests {
  private struct Failed: Error {}

  /// Runs an echo server and a client that sends 300 bytes.
  private func runEcho(seed: UInt64, _ faults: FaultRates = .benign) throws -> Simulation {
    let simulation = Simulation(seed: seed, faults: faults)
    simulation.addHost("server").serve {
      var server = try EchoUnderTest()
      try server.run()
    }
    simulation.addHost("client").run(after: .milliseconds(1)) {
      var client = try EchoClient()
      try client.exchange([0] + (0..<300).map { UInt8(truncatingIfNeeded: $0) })
    }
    try simulation.run()
    return simulation
  }

  @Test
  func `the same seed causes the same run`() throws {
    var fingerprints: Set<UInt64> = []
    for seed in 1...50 as ClosedRange<UInt64> {
      let first = try runEcho(seed: seed)
      let second = try runEcho(seed: seed)
      #expect(first.trace.fingerprint == second.trace.fingerprint)
      #expect(first.trace.description == second.trace.description)
      #expect(first.now == second.now)
      fingerprints.insert(first.trace.fingerprint)
    }
    #expect(fingerprints.count == 50)
  }

  @Test
  func `a seed causes the same run on every machine and system`() throws {
    let fingerprint = try runEcho(seed: 7).trace.fingerprint
    #expect(fingerprint == 9_497_974_384_055_442_086)
  }

  @Test
  func `simulations on several threads do not disturb each other`() throws {
    let expected = try (1...8).map { try runEcho(seed: $0).trace.fingerprint }
    let found = Locked<[UInt64: UInt64]>([:])
    TestThread.run(count: 4) {
      for seed in 1...8 as ClosedRange<UInt64> {
        let fingerprint = (try? runEcho(seed: seed))?.trace.fingerprint
        found.withLock { $0[seed, default: 0] ^= fingerprint ?? 1 }
        found.withLock { $0[seed + 100] = fingerprint }
      }
    }
    for (index, fingerprint) in expected.enumerated() {
      found.withLock { #expect($0[UInt64(index) + 101] == fingerprint) }
      found.withLock { #expect($0[UInt64(index) + 1] == 0) }
    }
  }

  @Test
  func `a timeout of one day takes no real time`() throws {
    let simulation = Simulation(seed: 1)
    var passed: Duration?
    simulation.addHost("sleeper").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      let start = poll.now
      try poll.poll(into: &events, timeout: .seconds(86_400))
      passed = .nanoseconds(poll.now.nanoseconds - start.nanoseconds)
    }
    let start = ContinuousClock.now
    try simulation.run(for: .seconds(100_000))
    #expect(passed == .seconds(86_400))
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test
  func `a failure names a program that waits for an event that never happens`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("hermit").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events)
    }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    guard case .stuck(let waiting) = failure.reason else { throw failure }
    #expect(waiting == ["hermit waits for ever"])
  }

  @Test
  func `a failure names a program that makes calls without end`() throws {
    let simulation = Simulation(seed: 1)
    simulation.callLimit = 1000
    simulation.addHost("busy").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      while true { try poll.poll(into: &events, timeout: .zero) }
    }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    guard case .spins(host: "busy") = failure.reason else { throw failure }
  }

  @Test
  func `a program that does not end in time is reported as too long`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("patient").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      while true { try poll.poll(into: &events, timeout: .seconds(1)) }
    }
    let failure = try #require(throws: SimulationFailure.self) {
      try simulation.run(for: .seconds(10))
    }
    guard case .tooLong(.seconds(10)) = failure.reason else { throw failure }
  }

  @Test
  func `a failure contains the error of a program, its host and the seed`() throws {
    let simulation = Simulation(seed: 42)
    simulation.addHost("broken").run { throw Failed() }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    guard case .threw(is Failed, host: "broken") = failure.reason else { throw failure }
    #expect(failure.description.contains("seed 42"))
  }

  @Test
  func `when the simulation ends, a server receives an error and closes its objects`() throws {
    let simulation = Simulation(seed: 1)
    var error: IOError?
    var isClosed = false
    simulation.addHost("server").serve {
      defer { isClosed = true }
      do throws(IOError) {
        let listener = try SimulatedListener(port: 1)
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        try poll.registry.register(listener, token: 1, interest: .readable)
        try poll.poll(into: &events)
      } catch let caught {
        error = caught
      }
    }
    simulation.addHost("client").run {}
    try simulation.run()
    // Either the program had not begun, or it still waits.
    #expect(error?.kind == .badDescriptor || (error == nil && !isClosed))
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a program that is preempted when the simulation ends still ends`(
    seed: UInt64
  ) throws {
    var rates = FaultRates()
    rates[.preemption] = 0.999
    rates.leavesSomeOut = false
    let simulation = Simulation(seed: seed, faults: rates)
    var hasBegun = false
    var hasEnded = false
    simulation.addHost("server").serve {
      hasBegun = true
      defer { hasEnded = true }
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events)
    }
    simulation.addHost("client").run { throw Failed() }
    #expect(throws: SimulationFailure.self) { try simulation.run() }
    #expect(hasBegun == hasEnded)
  }

  @Test
  func `a program that ignores the end of the simulation is abandoned`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("stubborn").serve {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      while true { try? poll.poll(into: &events, timeout: .seconds(1)) }
    }
    simulation.addHost("client").run(after: .seconds(10)) {}
    try simulation.run()
  }

  @Test
  func `simulated objects cannot be created outside of a simulation`() {
    expectError(.unsupported) { () throws(IOError) in try Poll<SimulatedSelector>() }
    expectError(.unsupported) { () throws(IOError) in try SimulatedListener(port: 1) }
    expectError(.unsupported) { () throws(IOError) in
      try SimulatedStream(connectingTo: SimulatedAddress("nobody", port: 1))
    }
  }

  @Test
  func `a waker wakes the poll of another program of the host`() throws {
    for seed in 1...UInt64(seedCount(100)) {
      let simulation = Simulation(seed: seed, faults: .benign)
      let host = simulation.addHost("host")
      var waker: PollWaker?
      var woken = false
      host.run {
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        waker = try poll.registry.makeWaker(token: 3)
        while !woken {
          try poll.poll(into: &events)
          for event in events where event.token == 3 { woken = true }
        }
      }
      host.run(after: .milliseconds(1)) { try waker?.wake() }
      try simulation.run()
      #expect(woken)
    }
  }
}
