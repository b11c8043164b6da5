import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// Scripted failures of hosts and of the network between them.
@Suite(.guardingDescriptors)
struct SimulatedTroubleTests {
  private func addEchoServer(to host: SimulatedHost) {
    host.serve {
      var server = try EchoUnderTest()
      try server.run()
    }
  }

  private func receive(
    from socket: borrowing SimulatedDatagramSocket, upTo limit: Int
  ) throws(IOError) -> (message: ReceivedMessage<SimulatedAddress>?, bytes: [UInt8]) {
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: limit)
    var room = buffer.mutableSpan
    let message = try socket.receive(into: &room)
    return (message, Array(buffer))
  }

  @Test
  func `a crashed host does not answer, and resets its peers after its restart`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("server")
    addEchoServer(to: host)
    var failure: IOError?
    simulation.addHost("client").run(after: .milliseconds(1)) {
      var client = try EchoClient()
      try client.greet([0])
      simulation.schedule(after: .zero) { host.crash() }
      try client.pause(for: .seconds(1))
      #expect(host.isDown)
      #expect(try client.stream.write([1].span) == 1)
      do throws(IOError) {
        try client.waitForAnything()
      } catch {
        failure = error
      }
    }
    simulation.schedule(after: .seconds(10)) { addEchoServer(to: host) }
    try simulation.run()
    #expect(failure?.kind == .connectionReset)
    #expect(simulation.now > Instant(nanoseconds: 10_000_000_000))
    #expect(!host.isDown)
  }

  @Test
  func `a program on a crashed host ends with an error, and its ports are free`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("server")
    var error: IOError?
    host.serve {
      do throws(IOError) {
        var server = try EchoUnderTest()
        try server.run()
      } catch let caught {
        error = caught
      }
    }
    simulation.schedule(after: .seconds(1)) {
      host.crash()
      addEchoServer(to: host)
    }
    simulation.addHost("client").run(after: .seconds(2)) {
      var client = try EchoClient()
      try client.exchange([0, 1, 2])
    }
    try simulation.run()
    #expect(error?.kind == .badDescriptor)
  }

  @Test
  func `a program whose host crashes before its start never begins`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    var hasBegun = false
    host.run(after: .seconds(2)) { hasBegun = true }
    simulation.schedule(after: .seconds(1)) { host.crash() }
    try simulation.run()
    #expect(!hasBegun)
  }

  @Test
  func `written bytes arrive when the network is restored`() throws {
    for seed in 1...UInt64(seedCount(20)) {
      let simulation = Simulation(seed: seed, faults: .benign)
      let server = simulation.addHost("server")
      let client = simulation.addHost("client")
      addEchoServer(to: server)
      client.run(after: .milliseconds(1)) {
        var connection = try EchoClient()
        try connection.greet([0])
        client.setConnected(to: server, false)
        #expect(try connection.stream.write([7].span) == 1)
        try connection.pause(for: .milliseconds(500))
        client.setConnected(to: server, true)
        #expect(try connection.waitForAnything() == [7])
      }
      try simulation.run()
    }
  }

  @Test
  func `without a restored network, streams and connects time out`() throws {
    let simulation = Simulation(seed: 1)
    let server = simulation.addHost("server")
    let client = simulation.addHost("client")
    addEchoServer(to: server)
    client.run(after: .milliseconds(1)) {
      var connection = try EchoClient()
      try connection.greet([0])
      client.setConnected(to: server, false)
      #expect(try connection.stream.write([7].span) == 1)
      expectError(.timedOut) { () throws(IOError) in try connection.waitForAnything() }
    }
    client.run(after: .seconds(1)) {
      expectError(.timedOut) { () throws(IOError) in _ = try EchoClient() }
    }
    try simulation.run()
    #expect(simulation.now > Instant(nanoseconds: 120_000_000_000))
  }

  @Test
  func `datagrams arrive whole with their sender, and are lost without a receiver`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("receiver").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      let socket = try SimulatedDatagramSocket(port: 53)
      expectError(.addressInUse) { () throws(IOError) in
        _ = try SimulatedDatagramSocket(port: 53)
      }
      #expect(socket.localAddress == SimulatedAddress("receiver", port: 53))
      try poll.registry.register(socket, token: 1, interest: .readable)
      try poll.poll(into: &events)
      #expect(events.map(\.token) == [1])
      let (message, bytes) = try receive(from: socket, upTo: 3)
      #expect(message?.count == 3 && message?.isTruncated == true)
      #expect(message?.sender?.host == "sender")
      #expect(bytes == [1, 2, 3])
      #expect(try receive(from: socket, upTo: 3).message == nil)
    }
    simulation.addHost("sender").run(after: .milliseconds(1)) {
      let socket = try SimulatedDatagramSocket()
      let bytes: ContiguousArray<UInt8> = [1, 2, 3, 4]
      #expect(try socket.send(bytes.span, to: SimulatedAddress("receiver", port: 53)) == 4)
      #expect(try socket.send(bytes.span, to: SimulatedAddress("receiver", port: 54)) == 4)
      #expect(try socket.send(bytes.span, to: SimulatedAddress("nobody", port: 53)) == 4)
      let large = ContiguousArray<UInt8>(repeating: 0, count: 65_508)
      expectError(.messageTooLong) { () throws(IOError) in
        try socket.send(large.span, to: SimulatedAddress("receiver", port: 53))
      }
    }
    try simulation.run()
  }

  @Test
  func `sending would block while bytes are in transit, and an edge reports new space`()
    throws
  {
    let simulation = Simulation(seed: 1)
    simulation.streamCapacity = 10
    // All messages arrive at one time.
    simulation.latency = .microseconds(50) ... .microseconds(50)
    simulation.addHost("host").run {
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      let socket = try SimulatedDatagramSocket()
      try poll.registry.register(socket, token: 1, interest: .writable)
      for address in [socket.localAddress, SimulatedAddress("nobody", port: 1)] {
        try poll.poll(into: &events)
        #expect(events.map(\.isWritable) == [true])
        for _ in 0..<3 { #expect(try socket.send([1, 2, 3, 4].span, to: address) == 4) }
        #expect(try socket.send([1].span, to: address) == nil)
      }
      #expect(socket.takeError() == nil)
    }
    try simulation.run()
  }

  @Test
  func `faults of the seed lose, duplicate and reorder datagrams`() throws {
    var faults = FaultRates.none
    faults[.lostDatagram] = 0.3
    faults[.duplicateDatagram] = 0.3
    faults[.slowSegment] = 0.3
    var hasLost = false
    var hasDoubled = false
    var hasReordered = false
    for seed in 1...50 as ClosedRange<UInt64> {
      let simulation = Simulation(seed: seed, faults: faults)
      var received: [UInt8] = []
      simulation.addHost("receiver").run {
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 1)
        let socket = try SimulatedDatagramSocket(port: 53)
        try poll.registry.register(socket, token: 1, interest: .readable)
        while true {
          try poll.poll(into: &events, timeout: .seconds(1))
          if events.isEmpty { return }
          while true {
            let (message, bytes) = try receive(from: socket, upTo: 1)
            if message == nil { break }
            received.append(bytes[0])
          }
        }
      }
      simulation.addHost("sender").run(after: .milliseconds(1)) {
        let socket = try SimulatedDatagramSocket()
        for number in 0..<20 as Range<UInt8> {
          let bytes: ContiguousArray<UInt8> = [number]
          _ = try socket.send(bytes.span, to: SimulatedAddress("receiver", port: 53))
        }
      }
      try simulation.run()
      if Set(received).count < 20 { hasLost = true }
      if Set(received).count < received.count { hasDoubled = true }
      if received != received.sorted() { hasReordered = true }
    }
    #expect(hasLost && hasDoubled && hasReordered)
  }
}
