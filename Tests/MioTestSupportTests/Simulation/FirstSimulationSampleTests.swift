import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

// The first example of `Docs/TestingYourProgram.md`. `scripts/check-samples` checks that both are equal.

private struct FirstTry {
  /// Connects, and returns the line that the server sends.
  func greeting<S: Selector & ~Copyable, Stream: ConnectingStream & ~Copyable>(
    _ poll: consuming Poll<S>, _ type: Stream.Type, from address: Stream.Address
  ) throws(IOError) -> String {
    var events = try Events<S>(capacity: 4)
    guard let stream = try Stream(connectingTo: address) else { return "" }
    try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
    while try stream.finishConnect() == .pending { try poll.poll(into: &events) }

    var line: [UInt8] = []
    while try stream.read(appendingTo: &line, upTo: 100) == nil {
      try poll.poll(into: &events)
    }
    return String(decoding: line, as: UTF8.self)
  }
}

/// Connects, and returns the line that the server sends.
func greeting<S: Selector & ~Copyable, Stream: ConnectingStream & ~Copyable>(
  _ poll: consuming Poll<S>, _ type: Stream.Type, from address: Stream.Address
) throws(IOError) -> String {
  var events = try Events<S>(capacity: 4)
  guard let stream = try Stream(connectingTo: address) else { return "" }
  try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
  while try stream.finishConnect() == .pending { try poll.poll(into: &events) }

  var line: [UInt8] = []
  while line.last != UInt8(ascii: "\n") {
    switch try stream.read(appendingTo: &line, upTo: 100) {
    case nil: try poll.poll(into: &events)  // Reading would block.
    case 0: return ""  // The server ended its side in the middle of the line.
    default: break
    }
  }
  return String(decoding: line, as: UTF8.self)
}

@Suite(.guardingDescriptors)
struct GreetingTests {
  /// Adds a server that greets every client.
  func addServer(to simulation: Simulation) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: 7)
      var poll = try Poll<SimulatedSelector>()
      var events = try Events<SimulatedSelector>(capacity: 4)
      try poll.registry.register(listener, token: 0, interest: .readable)
      while true {
        try poll.poll(into: &events)
        while let stream = try listener.accept() {
          var output = StreamBuffer()
          output.append("hello, client\n")
          _ = try output.flush(to: stream)
        }
      }
    }
  }

  struct WrongGreeting: Error {
    let text: String
  }

  @Test
  func `the client receives the whole greeting`() throws {
    try Simulation.explore(100, faults: .benign) { simulation in
      addServer(to: simulation)
      simulation.addHost("client").run(after: .milliseconds(2)) {
        let text = try greeting(
          Poll<SimulatedSelector>(), SimulatedStream.self,
          from: SimulatedAddress("server", port: 7))
        if text != "hello, client\n" { throw WrongGreeting(text: text) }
      }
      try simulation.run()
    }
  }

  @Test
  func `the first version of the sample mistakes a part of the greeting for the whole greeting`()
    throws
  {
    let failure = #expect(throws: SimulationFailure.self) {
      try Simulation.explore(100, faults: .benign) { simulation in
        addServer(to: simulation)
        simulation.addHost("client").run(after: .milliseconds(2)) {
          let text = try FirstTry().greeting(
            Poll<SimulatedSelector>(), SimulatedStream.self,
            from: SimulatedAddress("server", port: 7))
          if text != "hello, client\n" { throw WrongGreeting(text: text) }
        }
        try simulation.run()
      }
    }
    // The text is in the document.
    #expect(
      "\(try #require(failure))".hasPrefix(
        "A program on client threw: WrongGreeting(text: \"hello, cli\")\nseed 1, after 1 faults "))
  }

  @Test
  func `the sample receives the greeting over TCP`() throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    let server = Worker {
      var poll = try Poll<SystemSelector>()
      var events = try Events<SystemSelector>(capacity: 1)
      try poll.registry.register(listener, token: 0, interest: .readable)
      try poll.poll(into: &events, timeout: .seconds(30))
      _ = try listener.accept()?.write("hello, client\n")
    }
    let text = try greeting(Poll<SystemSelector>(), TCPStream.self, from: address)
    #expect(text == "hello, client\n")
    try server.join()
  }
}
