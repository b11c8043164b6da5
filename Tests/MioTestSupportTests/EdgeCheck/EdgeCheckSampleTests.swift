import ExampleSupport
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// The code of Docs/TestingYourProgram.md about the edge check.
@Suite(.guardingDescriptors)
struct EdgeCheckSampleTests {
  @Test
  func `the sample checks a server over the system's selector`() throws {
    let address = SocketAddress(v4: .loopback, port: 0)
    let check = EdgeCheck { finding in Issue.record("\(finding)") }
    try check.run {
      var server = try EchoServer<CheckedSelector<SystemSelector>, _, _>(
        try TCPListener(bindingTo: address))
      let stop = try server.loop.makeStopWaker()
      let client = TestThread { try? stop.wake() }
      try server.run()
      client.join()
    }
    #expect(check.findings.isEmpty)
  }

  @Test
  func `the sample simulation fails if a client reads only once for each event`() throws {
    let failure = #expect(throws: SimulationFailure.self) {
      try Simulation.explore(1) { simulation in
        simulation.addHost("server").serve {
          let listener = try SimulatedListener(port: 7)
          var server = try EchoServer<CheckedSelector<SimulatedSelector>, _, _>(listener)
          try server.run()
        }
        simulation.addHost("client").run(after: .milliseconds(1)) {
          let stream = try SimulatedStream(connectingTo: SimulatedAddress("server", port: 7))
          var poll = try Poll<CheckedSelector<SimulatedSelector>>()
          var events = try Events<CheckedSelector<SimulatedSelector>>(capacity: 1)
          try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
          while try stream.finishConnect() == .pending { try poll.poll(into: &events) }
          let bytes = [UInt8](repeating: 1, count: 3000)
          _ = try stream.write(bytes.span)
          var count = 0
          while count < bytes.count {
            try poll.poll(into: &events)
            for event in events where event.isReadable {
              // Once, although more may have come.
              count += try stream.receive(upTo: 1024)?.count ?? 0
            }
          }
        }
        try simulation.run()
      }
    }
    #expect(
      failure?.reason.description == """
        Token(1), source 2 on client: unread data is left, and no event reports it: read until reading would block
          registers as Token(1) for [readable, writable], edge
          writes
          writing would block
          receives Event(Token(1), [writable])
          writes, 2 times
          receives Event(Token(1), [readable])
          reads
        """)
  }
}
