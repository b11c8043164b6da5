import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The unchanged proxy of the examples in a simulated network.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct ExampleProxyTests {
  private static let address = SimulatedAddress("proxy", port: 8)

  private static func addProxy(
    to simulation: Simulation, limits: ProxyLimits = ProxyLimits()
  ) {
    simulation.addHost("proxy").serve {
      var proxy = try ProxyServer<CheckedSelector<SimulatedSelector>, _, _, _>(
        try SimulatedListener(port: address.port), upstream: SimulatedStream.self,
        at: EchoUnderTest.address, limits: limits)
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

  /// Adds an upstream that accepts connections, does something with each, and keeps it.
  private static func addUpstream(
    to simulation: Simulation, _ body: @escaping (borrowing SimulatedStream) throws -> Void
  ) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      var streams = TokenTable<SimulatedStream>()
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.registry.register(listener, token: 0, interest: .readable)
      while true {
        while let stream = try listener.accept() {
          try body(stream)
          _ = streams.insert(stream)
        }
        try poll.poll(into: &events)
      }
    }
  }

  /// Connects to the proxy, and waits for a reset.
  private static func expectReset(
    within limit: ClosedRange<Duration>, _ begin: (borrowing EchoClient) throws -> Void = { _ in }
  ) throws {
    let clock = try Poll<SimulatedSelector>()
    var start = clock.now
    do {
      var client = try EchoClient(to: address)
      try begin(client)
      start = clock.now
      try client.waitForEnd()
      throw WrongEcho(what: "an orderly end")
    } catch let error as IOError where error.kind == .connectionReset {
      // The reset may come before the client has noticed that it is connected.
    }
    let passed = start.duration(to: clock.now)
    if !limit.contains(passed) { throw WrongEcho(what: "the end after \(passed)") }
  }

  @Test
  func `the proxy relays all bytes under all faults of a healthy system`() throws {
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
  func `the proxy continues with a link that has more data than one turn relays`() throws {
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
  func `the proxy continues when connections are reset at any byte`() throws {
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
          }
        }
      }
      try simulation.run()
      if servedCount == 0 { throw WrongEcho(what: "nobody was served") }
    }
  }

  @Test
  func `a client whose upstream refuses is reset`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        try Self.expectReset(within: .zero ... .milliseconds(300))
      }
      try simulation.run()
    }
  }

  @Test
  func `a client whose upstream does not answer is reset at its time limit`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      simulation.addHost("server").serve {
        // The backlog has space for one connection, which is never accepted.
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
          try Self.expectReset(within: .milliseconds(4900) ... .milliseconds(5300))
        }
      }
      try simulation.run()
    }
  }

  // MARK: - Resets

  @Test
  func `a reset of the upstream resets the client, after the bytes before the reset`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      Self.addUpstream(to: simulation) { stream in
        // By this time the proxy has noticed that it is connected.
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        try poll.poll(into: &events, timeout: .milliseconds(100))
        stream.reset(afterSending: 100)
        var output = StreamBuffer()
        output.append([UInt8](repeating: 7, count: 200))
        _ = try output.flush(to: stream)
      }
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        var client = try EchoClient(to: Self.address)
        var count = 0
        do {
          while case let part = try client.waitForAnything(), !part.isEmpty { count += part.count }
          throw WrongEcho(what: "an orderly end after \(count) bytes")
        } catch let error as IOError where error.kind == .connectionReset {
        }
        if count != 100 { throw WrongEcho(what: "\(count) bytes before the reset") }
      }
      try simulation.run()
    }
  }

  @Test
  func `a reset of a client resets the upstream`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      var resetCount = 0
      Self.addUpstream(to: simulation) { stream in
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        try poll.registry.register(stream, token: 0, interest: .readable)
        do {
          while true {
            switch try stream.receive() {
            case nil: try poll.poll(into: &events)
            case []: throw WrongEcho(what: "an orderly end")
            default: break
            }
          }
        } catch let error as IOError where error.kind == .connectionReset {
          resetCount += 1
        }
        try poll.registry.deregister(stream)
      }
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        let client = try EchoClient(to: Self.address)
        _ = try client.stream.write([1, 2, 3].span)
        try client.pause(for: .milliseconds(100))
        client.stream.reset()
        try client.pause(for: .seconds(1))
        if resetCount == 0 { throw WrongEcho(what: "no reset") }
      }
      try simulation.run()
    }
  }

  /// Adds an upstream that answers each connection at once, reads nothing, and closes it.
  ///
  /// The upload is unread, so closing resets the connection.
  private static func addUpstream(to simulation: Simulation, answering answer: [UInt8]) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.registry.register(listener, token: 0, interest: .readable)
      while true {
        while let stream = try listener.accept() {
          var output = StreamBuffer()
          output.append(answer)
          while try !output.flush(to: stream) {
            try poll.poll(into: &events, timeout: .milliseconds(10))
          }
          try poll.poll(into: &events, timeout: .milliseconds(200))
        }
        try poll.poll(into: &events)
      }
    }
  }

  @Test
  func `an answer arrives although the upstream accepts no more bytes`() throws {
    try Simulation.explore(seedCount(100), faults: .benign) { simulation in
      let answer = Array("413".utf8)
      Self.addUpstream(to: simulation, answering: answer)
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        let received = try Self.upload(1 << 20)
        if received != answer { throw WrongEcho(what: "\(received)") }
      }
      try simulation.run()
    }
  }

  @Test
  func `an answer inside the proxy arrives although the upstream accepts no more bytes`() throws {
    try Simulation.explore(seedCount(60), faults: .benign) { simulation in
      // All streams between the upstream and the client are full of the answer.
      simulation.streamCapacity = 300
      let answer = (0..<900).map { UInt8(truncatingIfNeeded: $0) }
      Self.addUpstream(to: simulation, answering: answer)
      Self.addProxy(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        let client = try EchoClient(to: Self.address)
        let bytes = [UInt8](repeating: 1, count: 3000)
        for _ in 0..<100 {
          _ = try client.stream.write(bytes.span)
          try client.pause(for: .milliseconds(10))
        }
        var received: [UInt8] = []
        do {
          while received.count < answer.count {
            if let part = try client.stream.receive(upTo: 70) { received += part }
            try client.pause(for: .milliseconds(1))
          }
        } catch let error as IOError where error.kind == .connectionReset {
        }
        if received != answer { throw WrongEcho(what: "\(received.count) bytes of the answer") }
      }
      try simulation.run()
    }
  }

  /// Uploads bytes, and returns the answer that comes before the end.
  private static func upload(_ count: Int) throws -> [UInt8] {
    var client = try EchoClient(to: address)
    var rest = count
    var answer: [UInt8] = []
    do {
      let bytes = [UInt8](repeating: 1, count: 4096)
      while true {
        while rest > 0,
          let written = try client.stream.write(bytes.span.extracting(..<min(rest, bytes.count)))
        {
          rest -= written
        }
        while let part = try client.stream.receive(upTo: 70) {
          if part.isEmpty { return answer }
          answer += part
        }
        try client.wait()
      }
    } catch let error as IOError {
      let kinds: [IOError.Kind] = [.connectionReset, .brokenPipe]
      if !kinds.contains(error.kind) { throw error }
    }
    return answer
  }

  // MARK: - Time

  private static var shortLimits: ProxyLimits {
    var limits = ProxyLimits()
    limits.idle = .seconds(20)
    limits.halfClosed = .seconds(6)
    return limits
  }

  @Test
  func `a link without traffic is reset at its time limit`() throws {
    try Simulation.explore(seedCount(60), faults: .benign) { simulation in
      Self.addUpstream(to: simulation) { _ in }
      Self.addProxy(to: simulation, limits: Self.shortLimits)
      simulation.addHost("silent").run(after: .milliseconds(2)) {
        try Self.expectReset(within: .milliseconds(19_900) ... .milliseconds(20_300))
      }
      simulation.addHost("late").run(after: .milliseconds(2)) {
        // Each byte restarts the time limit.
        try Self.expectReset(within: .milliseconds(19_900) ... .milliseconds(20_300)) { client in
          for _ in 0..<3 {
            try client.pause(for: .seconds(15))
            _ = try client.stream.write([1].span)
          }
        }
      }
      try simulation.run()
    }
  }

  @Test
  func `a link with one ended side has a shorter time limit`() throws {
    try Simulation.explore(seedCount(60), faults: .benign) { simulation in
      Self.addUpstream(to: simulation) { _ in }
      Self.addProxy(to: simulation, limits: Self.shortLimits)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        try Self.expectReset(within: .milliseconds(5900) ... .milliseconds(6300)) { client in
          try client.stream.shutdown(.write)
        }
      }
      try simulation.run()
    }
  }
}
