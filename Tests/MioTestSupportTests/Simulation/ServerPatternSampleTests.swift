import ExampleSupport
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

// Samples of `Docs/TestingYourProgram.md`: `scripts/check-samples` checks that both are equal.

/// A listener and what its streams need before they are used.
struct PreparingListener<
  Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  let listener: Listener
  let prepare: (borrowing Stream) throws(IOError) -> Void

  func accept() throws(IOError) -> Stream? {
    while let stream: Stream = try listener.acceptStream() {
      do throws(IOError) {
        try prepare(stream)
        return stream
      } catch {
        // This connection has failed already. Others may wait.
      }
    }
    return nil
  }
}

@Suite(.guardingDescriptors)
struct ServerPatternSampleTests {
  /// What a test reads after the simulation.
  private final class Results {
    var counts = EchoCounts()
  }

  private static func talk(to simulation: Simulation, clients: Int) {
    let host = simulation.addHost("clients")
    for _ in 0..<clients {
      host.run(after: .milliseconds(2)) {
        var client = try EchoClient()
        try client.exchange([1, 2, 3])
      }
    }
  }

  @Test
  func `the counts of a server that the end of the simulation stopped can be read`() throws {
    let simulation = Simulation(seed: 1)
    let results = Results()
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: EchoUnderTest.address.port)
      var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
      defer { results.counts = server.counts }
      try server.run()
    }
    Self.talk(to: simulation, clients: 10)
    try simulation.run()
    #expect(results.counts.connections == 10)
  }

  @Test
  func `a generic listener sets options on TCP streams`() throws {
    let address = SocketAddress(v4: .loopback, port: 0)
    let listener = PreparingListener(listener: try TCPListener(bindingTo: address)) {
      (stream: borrowing TCPStream) throws(IOError) in
      try stream.set(.noDelay, to: true)
    }
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 1)
    try poll.registry.register(listener.listener, token: 0, interest: .readable)
    _ = try TCPStream(connectingTo: listener.listener.localAddress)
    try poll.poll(into: &events, timeout: .seconds(10))
    guard let stream = try listener.accept() else {
      Issue.record("no connection arrived")
      return
    }
    #expect(try stream.value(of: .noDelay))
  }

  @Test
  func `a stream that cannot be prepared does not hide the next one`() throws {
    let simulation = Simulation(seed: 1)
    let results = Results()
    simulation.addHost("server").run {
      var isFirst = true
      let listener = PreparingListener(listener: try SimulatedListener(port: 7)) {
        (_: borrowing SimulatedStream) throws(IOError) in
        defer { isFirst = false }
        if isFirst { throw IOError(.invalidArgument, operation: .setOption) }
      }
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events, timeout: .seconds(1))  // Both connections wait after that.
      if try listener.accept() != nil { results.counts.connections += 1 }
    }
    simulation.addHost("clients").run(after: .milliseconds(1)) {
      let first = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
      let second = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 1)
      try poll.poll(into: &events, timeout: .seconds(2))
      _ = (first.descriptor, second.descriptor)
    }
    try simulation.run()
    #expect(results.counts.connections == 1)
  }
}
