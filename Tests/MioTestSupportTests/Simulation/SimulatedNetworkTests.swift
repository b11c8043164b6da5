import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The network of a simulation, whose sockets behave like those of a system.
@Suite(.guardingDescriptors)
struct SimulatedNetworkTests {
  private let address = SimulatedAddress("server", port: 80)

  /// Waits for an event of a source that is registered with token 1.
  private func wait(
    _ poll: inout Poll<SimulatedSelector>, where isWanted: (Event) -> Bool
  ) throws {
    var events = try Events<SimulatedSelector>(capacity: 4)
    for _ in 0..<1000 {
      try poll.poll(into: &events, timeout: .seconds(100))
      if events.isEmpty { throw WrongEcho(what: "no event") }
      for event in events where event.token == 1 && isWanted(event) { return }
    }
    throw WrongEcho(what: "no event that is wanted")
  }

  /// Runs a server that accepts one connection, and a client that makes it.
  private func withConnection(
    _ simulation: Simulation = Simulation(seed: 1),
    server: @escaping (borrowing SimulatedStream, inout Poll<SimulatedSelector>) throws -> Void,
    client: @escaping (borrowing SimulatedStream, inout Poll<SimulatedSelector>) throws -> Void
  ) throws {
    simulation.addHost("server").run {
      var poll = try Poll<SimulatedSelector>()
      let listener = try SimulatedListener(port: 80)
      try poll.registry.register(listener, token: 1, interest: .readable)
      while true {
        if let stream = try listener.accept() {
          try poll.registry.deregister(listener)
          try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
          return try server(stream, &poll)
        }
        try wait(&poll, where: \.isReadable)
      }
    }
    simulation.addHost("client").run(after: .milliseconds(1)) {
      var poll = try Poll<SimulatedSelector>()
      let stream = try SimulatedStream(connectingTo: address)
      try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
      while try stream.finishConnect() == .pending { try wait(&poll, where: \.isWritable) }
      try client(stream, &poll)
    }
    try simulation.run()
  }

  @Test
  func `connecting to a port without a listener or to an unknown host is refused once`() throws {
    let simulation = Simulation(seed: 1)
    _ = simulation.addHost("server")
    for name in ["server", "nobody"] {
      simulation.addHost("to \(name)").run {
        var poll = try Poll<SimulatedSelector>()
        let stream = try SimulatedStream(connectingTo: SimulatedAddress(name, port: 80))
        try poll.registry.register(stream, token: 1, interest: .writable)
        #expect(try stream.finishConnect() == .pending)
        try wait(&poll) { $0.isWritable && $0.isError }
        expectError(.connectionRefused) { () throws(IOError) in try stream.finishConnect() }
        expectError(.notConnected) { () throws(IOError) in try stream.finishConnect() }
        #expect(stream.takeError() == nil)
        expectError(.brokenPipe) { () throws(IOError) in try stream.write([1].span) }
      }
    }
    try simulation.run()
  }

  @Test
  func `a client of a full backlog waits, and is served later`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      let listener = try SimulatedListener(port: 80, backlog: 1)
      try poll.poll(into: &events, timeout: .seconds(3))
      try poll.registry.register(listener, token: 1, interest: .readable)
      for _ in 0..<3 {
        while try listener.accept() == nil { try wait(&poll, where: \.isReadable) }
      }
    }
    for number in 0..<3 {
      simulation.addHost("client \(number)").run(after: .milliseconds(1)) {
        var poll = try Poll<SimulatedSelector>()
        let stream = try SimulatedStream(connectingTo: address)
        try poll.registry.register(stream, token: 1, interest: .writable)
        try wait(&poll, where: \.isWritable)
        #expect(try stream.finishConnect() == .connected)
      }
    }
    try simulation.run()
    #expect(simulation.now > Instant(nanoseconds: 4_000_000_000))
  }

  @Test
  func `a port can be used by one listener, and is free after the listener was destroyed`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").run {
      let first = try SimulatedListener(port: 80)
      expectError(.addressInUse) { () throws(IOError) in try SimulatedListener(port: 80) }
      let other = try SimulatedListener(port: 0)
      #expect(other.localAddress.port != 0 && other.localAddress.port != 80)
      #expect(first.localAddress == address)
      _ = consume first
      _ = try SimulatedListener(port: 80)
    }
    try simulation.run()
  }

  @Test
  func `bytes arrive in order, and then the end, however segments are split`() throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for seed in 1...UInt64(seedCount(30)) {
      var received: [UInt8] = []
      let simulation = Simulation(seed: seed, faults: .benign)
      simulation.streamCapacity = 500
      try withConnection(
        simulation,
        server: { stream, poll in
          while true {
            while let part = try stream.receive() {
              if part.isEmpty { return }
              received += part
            }
            try wait(&poll, where: \.isReadable)
          }
        },
        client: { stream, poll in
          var sent = 0
          while sent < bytes.count {
            if let count = try stream.write(bytes.span.extracting(sent...)) {
              sent += count
            } else {
              try wait(&poll, where: \.isWritable)
            }
          }
          try stream.shutdown(.write)
          expectError(.brokenPipe) { () throws(IOError) in try stream.write([1].span) }
          while try stream.receive() != [] { try wait(&poll, where: \.isReadable) }
        })
      #expect(received == bytes, "seed \(seed)")
    }
  }

  @Test
  func `closing a stream with unread bytes resets the peer, which is reported once`() throws {
    try withConnection(
      server: { stream, poll in try wait(&poll, where: \.isReadable) },
      client: { stream, poll in
        #expect(try stream.write([1, 2, 3].span) == 3)
        try wait(&poll, where: \.isError)
        expectError(.connectionReset) { () throws(IOError) in try stream.receive() }
        #expect(try stream.receive() == [])
        expectError(.brokenPipe) { () throws(IOError) in try stream.write([1].span) }
      })
  }

  @Test
  func `writing to a closed peer causes a reset`() throws {
    try withConnection(
      server: { _, _ in },
      client: { stream, poll in
        while try stream.receive() == nil { try wait(&poll, where: \.isReadable) }
        #expect(try stream.write([1].span) == 1)
        try wait(&poll, where: \.isError)
        expectError(.connectionReset) { () throws(IOError) in try stream.write([1].span) }
      })
  }

  @Test
  func `a client that closes before it is accepted is accepted as an ended connection`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").run {
      var poll = try Poll<SimulatedSelector>()
      let listener = try SimulatedListener(port: 80)
      try poll.registry.register(listener, token: 1, interest: .readable)
      try wait(&poll, where: \.isReadable)
      guard let stream = try listener.accept() else { throw WrongEcho(what: "none") }
      try poll.registry.deregister(listener)
      try poll.registry.register(stream, token: 1, interest: .readable)
      try wait(&poll, where: \.isReadable)
      expectError(.connectionReset) { () throws(IOError) in try stream.receive() }
    }
    simulation.addHost("client").run(after: .milliseconds(1)) {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      let stream = try SimulatedStream(connectingTo: address)
      // After this time the request to connect has arrived, and the answer has not.
      try poll.poll(into: &events, timeout: .microseconds(501))
      _ = consume stream
    }
    simulation.latency = .microseconds(500) ... .microseconds(500)
    try simulation.run()
  }

  @Test
  func `without descriptors a host throws tooManyOpenFiles, and the connection waits`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("server")
    host.descriptorLimit = 2
    host.run {
      var poll = try Poll<SimulatedSelector>()
      let listener = try SimulatedListener(port: 80)
      expectError(.tooManyOpenFiles) { () throws(IOError) in try Poll<SimulatedSelector>() }
      expectError(.tooManyOpenFiles) { () throws(IOError) in try SimulatedListener(port: 81) }
      try poll.registry.register(listener, token: 1, interest: .readable)
      try wait(&poll, where: \.isReadable)
      expectError(.tooManyOpenFiles) { () throws(IOError) in _ = try listener.accept() }
      host.descriptorLimit = 3
      #expect(try listener.accept() != nil)
      #expect(try listener.accept() != nil, "the descriptor of the first was closed")
    }
    for number in 0..<2 {
      simulation.addHost("client \(number)").run(after: .milliseconds(1)) {
        var poll = try Poll<SimulatedSelector>()
        let stream = try SimulatedStream(connectingTo: address)
        try poll.registry.register(stream, token: 1, interest: .readable)
        try wait(&poll, where: \.isReadable)
      }
    }
    simulation.latency = .microseconds(500) ... .microseconds(500)
    try simulation.run()
  }

  @Test
  func `a closed listener resets its waiting connections`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").run {
      var poll = try Poll<SimulatedSelector>()
      let listener = try SimulatedListener(port: 80)
      try poll.registry.register(listener, token: 1, interest: .readable)
      try wait(&poll, where: \.isReadable)
    }
    simulation.addHost("client").run(after: .milliseconds(1)) {
      var poll = try Poll<SimulatedSelector>()
      let stream = try SimulatedStream(connectingTo: address)
      try poll.registry.register(stream, token: 1, interest: .readable)
      try wait(&poll, where: \.isError)
      expectError(.connectionReset) { () throws(IOError) in try stream.receive() }
    }
    try simulation.run()
  }
}
