import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// Mistakes below the HTTP server of the examples that the simulation must find.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct PlantedHTTPMistakeTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  private static func serve<S: Selector & ~Copyable>(
    over type: S.Type, _ mistake: HTTPMistake
  ) throws(IOError) {
    let listener = try MistakenListener(port: HTTPClient.address.port, mistake)
    var server = try HTTPServer<S, _, _>(listener, timeout: .seconds(2))
    try server.run()
  }

  private static func scenario(_ mistake: HTTPMistake) -> (Simulation) throws -> Void {
    { simulation in
      simulation.streamCapacity = 300
      simulation.addHost("server").serve {
        if mistake == .unarmedTimer {
          try serve(over: ForgetfulSelector.self, mistake)
        } else {
          try serve(over: SimulatedSelector.self, mistake)
        }
      }
      let clients = simulation.addHost("clients")
      // Clients that are idle from different times on.
      for delay in [2, 700] {
        clients.run(after: .milliseconds(delay)) {
          var client = try HTTPClient()
          try client.expectEnd()
        }
      }
      clients.run(after: .milliseconds(2)) {
        var client = try HTTPClient()
        for _ in 0..<4 { try client.send(get) }
        for _ in 0..<4 { try client.expect(200) }
        let start = client.now
        try client.stream.shutdown(.write)
        try client.expectEnd()
        if start.duration(to: client.now) > .seconds(1) { throw WrongAnswer(what: "a late end") }
      }
      try simulation.run()
    }
  }

  // Reducing the failure takes thousands of runs.
  @Test(
    .disabled(if: Simulation.runsProgramsOnThreads, "each run takes too long"),
    arguments: HTTPMistake.allCases)
  func `a planted mistake in an HTTP server is found, reduced, and reproduced`(
    _ mistake: HTTPMistake
  ) throws {
    try expectSmallFailure(faults: .benign, Self.scenario(mistake))
  }
}
