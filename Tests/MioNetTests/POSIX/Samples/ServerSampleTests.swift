import CLibrary
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

private typealias Connection = Guide.Connection
private typealias Server = Guide.Server

private enum Program {
  static func main() throws(IOError) {
    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 9000))
    var server = try Server<SystemSelector, _, _>(listener)
    try server.stopOnTermination()
    try server.run()
  }
}

@Suite(.guardingDescriptors)
struct ServerSampleTests {
  /// A client that is connected to the server of a simulation.
  private struct Client: ~Copyable {
    let stream: SimulatedStream
    var poll: Poll<SimulatedSelector>
    var events: Events<SimulatedSelector>

    init() throws(IOError) {
      let stream = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 8)
      try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
      while try stream.finishConnect() == .pending { try poll.poll(into: &events) }
      self.stream = stream
      self.poll = poll
      self.events = events
    }
  }

  struct WrongEcho: Error {
    let count: Int
  }

  @Test
  func `the server sends every byte back on a busy system`() throws {
    try Simulation.explore(50, faults: .benign) { simulation in
      simulation.addHost("server").serve {
        let listener = try SimulatedListener(port: 7)
        var server = try Server<SimulatedSelector, _, _>(listener)
        try server.run()
      }
      simulation.addHost("client").run(after: .milliseconds(2)) {
        let stream = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
        var poll = try Poll<SimulatedSelector>()
        var events = try Events<SimulatedSelector>(capacity: 8)
        try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
        while try stream.finishConnect() == .pending { try poll.poll(into: &events) }

        let message = [UInt8](repeating: 7, count: 100_000)
        var output = StreamBuffer()
        output.append(message)
        var answer: [UInt8] = []
        while answer.count < message.count {
          _ = try output.flush(to: stream)
          let count = try stream.read(appendingTo: &answer, upTo: 4096)
          if count == nil { try poll.poll(into: &events) }
          if count == 0 { break }  // The server closed the connection.
        }
        if answer != message { throw WrongEcho(count: answer.count) }
      }
      try simulation.run()
    }
  }

  @Test
  func `the sample server closes an idle connection`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: 7)
      var server = try Server<SimulatedSelector, _, _>(listener)
      try server.run()
    }
    simulation.addHost("client").run(after: .milliseconds(2)) {
      var client = try Client()
      let start = client.poll.now
      var answer: [UInt8] = []
      while try client.stream.read(appendingTo: &answer, upTo: 1) == nil {
        try client.poll.poll(into: &client.events)
      }
      #expect(client.poll.now - start > .seconds(29))
      #expect(answer.isEmpty)
    }
    try simulation.run()
  }

  /// Runs a server that ends after two seconds, and a client that reads from the given time on.
  ///
  /// - Returns: The number of bytes that the client received.
  private static func receivedCount(readingAfter delay: Duration) throws -> Int {
    let simulation = Simulation(seed: 1)
    simulation.streamCapacity = 1000
    let host = simulation.addHost("server")
    var waker: PollWaker?
    host.run {
      let listener = try SimulatedListener(port: 7)
      var server = try Server<SimulatedSelector, _, _>(listener)
      waker = try server.makeStopWaker()
      try server.run()
      try server.finish(within: .seconds(5))
    }
    host.run(after: .seconds(2)) { try waker?.wake() }
    var received: [UInt8] = []
    simulation.addHost("client").run(after: .milliseconds(2)) {
      var client = try Client()
      let end = client.poll.now + delay
      var output = StreamBuffer()
      output.append([UInt8](repeating: 7, count: 2500))
      while try !output.flush(to: client.stream), client.poll.now < end {
        try client.poll.poll(into: &client.events, until: end)
      }
      try client.stream.shutdown(.write)
      while client.poll.now < end { try client.poll.poll(into: &client.events, until: end) }
      do throws(IOError) {
        while true {
          let count = try client.stream.read(appendingTo: &received, upTo: 4096)
          if count == nil { try client.poll.poll(into: &client.events) }
          if count == 0 { break }
        }
      } catch {}  // The server has closed the connection.
    }
    try simulation.run()
    return received.count
  }

  @Test
  func `the sample server sends its pending bytes before it ends, for a limited time`() throws {
    #expect(try Self.receivedCount(readingAfter: .seconds(4)) == 2500)
    #expect(try Self.receivedCount(readingAfter: .seconds(60)) < 2500)
  }

  @Test
  func `the sample server accepts again after it ran out of descriptors`() throws {
    let simulation = Simulation(seed: 1)
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: 7)
      var server = try Server<SimulatedSelector, _, _>(listener)
      simulation.strikeNext(.noDescriptor)
      try server.run()
    }
    simulation.addHost("client").run(after: .milliseconds(2)) {
      var client = try Client()
      let start = client.poll.now
      _ = try client.stream.write("a")
      var answer: [UInt8] = []
      while try client.stream.read(appendingTo: &answer, upTo: 1) == nil {
        try client.poll.poll(into: &client.events)
      }
      #expect(answer == Array("a".utf8))
      #expect(client.poll.now - start >= .milliseconds(90))
    }
    try simulation.run()
  }

  @Test
  func `the sample server echoes bytes that arrive in pieces`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    var events = try Events<MockSelector>(capacity: 8)

    let pair = MockStream.pair()
    pair.first.transferLimit = 3  // A read returns at most three bytes.
    let peer = pair.second
    var connection = Connection(pair.first)
    try poll.registry.register(connection.stream, token: 1, interest: .readable)

    // The peer writes after half an hour of virtual time.
    queue.schedule(after: .seconds(1800)) {
      #expect(throws: Never.self) { try peer.write("hello, mock") }
    }
    try poll.poll(into: &events, timeout: .seconds(3600))
    #expect(events.map(\.token) == [1])

    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 512)
    let progress = try connection.serve(with: &buffer)
    #expect(progress == .waiting)
    var answer: [UInt8] = []
    while let count = try peer.read(appendingTo: &answer, upTo: 64), count > 0 {}
    #expect(answer == Array("hello, mock".utf8))
  }

  @Test
  func `the sample repeats a registration that fails`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    let poll = Poll(selector)
    let source = MockSource()
    queue.fail(.register, with: .outOfMemory)
    #expect(throws: IOError.self) {
      try poll.registry.register(source, token: 1, interest: .readable)
    }
    try poll.registry.register(source, token: 1, interest: .readable)
    #expect(queue.registrationCount == 1)
  }

  @Test
  func `the sample server ends when a signal arrives`() throws {
    var server = try Server<SystemSelector, _, _>(try Loopback.listener())
    try server.stopOnTermination()
    #expect(kill(getpid(), SIGTERM) == 0)
    try server.run()
  }

  @Test
  func `the sample server ends when its waker wakes it`() throws {
    var server = try Server<SystemSelector, _, _>(try Loopback.listener())
    let waker = try server.makeStopWaker()
    try waker.wake()
    try server.run()
  }
}
