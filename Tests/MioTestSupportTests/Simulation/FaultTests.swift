import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// Each fault can come from the seed or from a script, and the program observes it.
@Suite(.guardingDescriptors)
struct FaultTests {
  /// What the programs of a run have observed.
  private struct Account: Equatable {
    var fingerprint: UInt64 = 0
    var echoed: [UInt8] = []
    var datagrams: [UInt8] = []
    var errors: Set<IOError.Kind> = []
    var told = 0
    var transferCount = 0
    var wakeCount = 0
    var serviceStarts = 0
    var duration: Duration = .zero
  }

  /// Runs a server that echoes, and a client that sends a thousand bytes to it and datagrams to
  /// itself.
  ///
  /// The client continues for five seconds, whatever faults occur.
  private func run(
    seed: UInt64, _ rates: FaultRates, script: (Simulation) -> Void = { _ in }
  ) throws -> Account {
    let simulation = Simulation(seed: seed, faults: rates)
    let server = simulation.addHost("server")
    let client = simulation.addHost("client")
    server.mayCrash = true
    var account = Account()
    server.serve {
      account.serviceStarts += 1
      var echo = try EchoUnderTest()
      while true {
        do throws(IOError) {
          try echo.run()
        } catch {
          if error.kind == .badDescriptor { throw error }
          account.errors.insert(error.kind)
        }
      }
    }
    client.run(after: .milliseconds(1)) {
      var talk = try Talk()
      client.lend(try talk.makeWaker())
      try talk.run(for: .seconds(5))
      account.echoed = talk.echoed
      account.datagrams = talk.datagrams
      account.errors.formUnion(talk.errors)
      account.told = talk.told
      account.transferCount = talk.transferCount
      account.wakeCount = talk.wakeCount
      account.duration = talk.duration
    }
    script(simulation)
    try simulation.run()
    account.fingerprint = simulation.trace.fingerprint
    return account
  }

  /// Returns whether the programs have observed the fault.
  private func tells(_ account: Account, of fault: Fault, beside quiet: Account) -> Bool {
    switch fault {
    case .shortRead, .shortWrite, .splitSegment, .repeatedEdge, .spuriousEvent:
      account.told != quiet.told || account.transferCount != quiet.transferCount
    case .preemption, .busyProcessor, .delayedEvent, .slowSegment, .clockJump, .interruptedPoll:
      account.duration != quiet.duration || account.errors.contains(.interrupted)
    case .noDescriptor: account.duration != quiet.duration || account.echoed.isEmpty
    case .reset: account.errors.contains(.connectionReset)
    case .lostDatagram: account.datagrams.count < Talk.messageCount
    case .duplicateDatagram: account.datagrams.count > Talk.messageCount
    case .noBufferSpace: account.errors.contains(.outOfMemory)
    case .partition: account.duration > .seconds(1)
    case .crash: account.serviceStarts > 1
    case .wake: account.wakeCount > 0
    }
  }

  @Test(arguments: Fault.allCases)
  func `a program observes each fault that the seed causes`(_ fault: Fault) throws {
    var rates = FaultRates.none
    rates[fault] = 0.2
    var isSeen = false
    for seed in 1...20 as ClosedRange<UInt64> where seed <= 2 || !isSeen {
      let account = try run(seed: seed, rates)
      #expect(try run(seed: seed, rates) == account)
      let quiet = try run(seed: seed, .none)
      if tells(account, of: fault, beside: quiet) { isSeen = true }
    }
    #expect(isSeen)
  }

  @Test(arguments: Fault.allCases)
  func `a program observes each fault that a script causes`(_ fault: Fault) throws {
    let script: (Simulation) -> Void = { simulation in
      // A program notices a repeated edge only if it has not drained the source.
      let count = fault == .repeatedEdge ? 100 : 3
      let time: Duration =
        switch fault {
        // The client connects at the start.
        case .noDescriptor: .zero
        // The client sends shortly after the first millisecond.
        case .splitSegment, .lostDatagram, .duplicateDatagram: .microseconds(1200)
        default: .milliseconds(3)
        }
      simulation.schedule(after: time) { simulation.strikeNext(fault, count: count) }
    }
    let account = try run(seed: 1, .none, script: script)
    #expect(try run(seed: 1, .none, script: script) == account)
    #expect(tells(account, of: fault, beside: try run(seed: 1, .none)))
  }

  @Test
  func `a script can reset a connection at any byte`() throws {
    for count in [1, 2, 99, 100] {
      let simulation = Simulation(seed: 1)
      let host = simulation.addHost("host")
      var received: [UInt8] = []
      var failure: IOError?
      host.run {
        let listener = try SimulatedListener(port: 1)
        let client = try SimulatedStream(connectingTo: listener.localAddress)
        try pause(for: .seconds(1))
        guard let server = try listener.accept() else { throw WrongEcho(what: "no connection") }
        client.reset(afterSending: count)
        #expect(try client.write([UInt8](repeating: 7, count: 100).span) == 100)
        try pause(for: .seconds(1))
        do throws(IOError) {
          while let bytes = try server.receive(upTo: 70), !bytes.isEmpty { received += bytes }
        } catch {
          failure = error
        }
        expectError(.connectionReset) { () throws(IOError) in try client.write([1].span) }
      }
      try simulation.run()
      #expect(received.count == count)
      #expect(failure?.kind == .connectionReset)
    }
  }

  @Test
  func `a script can wake a program and make the clock jump`() throws {
    let simulation = Simulation(seed: 1)
    var waker: PollWaker?
    var wokenAt: Instant?
    var timedOutAt: Instant?
    simulation.addHost("host").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      waker = try poll.registry.makeWaker(token: 3)
      try poll.poll(into: &events)
      #expect(events.map(\.token) == [3])
      wokenAt = poll.now
      try poll.poll(into: &events, timeout: .seconds(10))
      timedOutAt = poll.now
    }
    simulation.schedule(after: .seconds(4)) { try? waker?.wake() }
    simulation.schedule(after: .seconds(5)) { simulation.advance(by: .seconds(60)) }
    try simulation.run()
    #expect(wokenAt == Instant(nanoseconds: 5_000_000_000))
    #expect(timedOutAt == Instant(nanoseconds: 66_000_000_000))
  }

  @Test
  func `a host that crashes by the seed starts again, with only its services`() throws {
    var rates = FaultRates.none
    rates[.crash] = 1
    let simulation = Simulation(seed: 1, faults: rates)
    let host = simulation.addHost("host")
    host.mayCrash = true
    var starts = 0
    var otherStarts = 0
    host.run { otherStarts += 1 }
    host.serve {
      starts += 1
      _ = try SimulatedListener(port: 1)
    }
    simulation.addHost("other").run(after: .seconds(30)) {}
    try simulation.run()
    #expect(starts > 5 && otherStarts == 1)
  }

  @Test
  func `a seed excludes some faults if this is allowed`() throws {
    var rates = FaultRates.none
    rates[.preemption] = 0.999
    func strikes(seed: UInt64) throws -> Bool {
      let simulation = Simulation(seed: seed, faults: rates)
      simulation.addHost("host").run { try pause(for: .seconds(1)) }
      try simulation.run()
      return simulation.trace.description.contains("fault: preemption")
    }
    #expect(try (1...20).contains { try !strikes(seed: $0) })
    rates.leavesSomeOut = false
    #expect(try (1...20).allSatisfy { try strikes(seed: $0) })
  }

  private func pause(for duration: Duration) throws(IOError) {
    var poll = try Poll<SimulatedSelector>()
    var events = try Events<SimulatedSelector>(capacity: 1)
    try poll.poll(into: &events, timeout: duration)
  }
}
