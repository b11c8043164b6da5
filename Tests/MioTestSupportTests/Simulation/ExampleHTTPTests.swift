import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The unchanged HTTP server of the examples in a simulated network.
@Suite(.guardingDescriptors(limit: .seconds(900)))
struct ExampleHTTPTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let timeout = Duration.seconds(2)

  private static func addServer(to simulation: Simulation) {
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: HTTPClient.address.port)
      var server = try HTTPServer<SimulatedSelector, _, _>(listener, timeout: timeout)
      try server.run()
    }
  }

  /// Runs a client with many seeds, beside others.
  private static func explore(
    _ seeds: Int, faults: FaultRates = .benign, capacity: Int = 64 * 1024,
    _ client: @escaping (inout HTTPClient) throws -> Void
  ) throws {
    var faults = faults
    faults[.noDescriptor] = 0.1
    try Simulation.explore(seedCount(seeds), faults: faults) { simulation in
      simulation.streamCapacity = capacity
      addServer(to: simulation)
      for delay in [2, 2, 40] {
        simulation.addHost("client \(delay)").run(after: .milliseconds(delay)) {
          var connected = try HTTPClient()
          try client(&connected)
        }
      }
      try simulation.run()
    }
  }

  @Test
  func `successive requests on a connection are answered`() throws {
    try Self.explore(100) { client in
      for _ in 0..<4 {
        try client.send(Self.get)
        try client.expect(200)
        try client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        try client.expect(200, hasBody: false)
        try client.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
        try client.expect(404)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /")
        try client.expect(405)
      }
      try client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      try client.expect(200)
      try client.expectEnd()
    }
  }

  @Test
  func `requests that arrive byte by byte are answered`() throws {
    try Self.explore(60) { client in
      for _ in 0..<2 {
        try client.send(Self.get, piece: 1, pause: .milliseconds(30))
        try client.expect(200)
      }
    }
  }

  @Test
  func `requests with chunked bodies are answered, however they are split`() throws {
    try Self.explore(60) { client in
      let head = "HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      let body =
        "5;a=b\r\nGET /\r\n300\r\n\(String(repeating: "x", count: 768))\r\n0\r\nX: y\r\n\r\n"
      for piece in [7, 100, .max] {
        try client.send("GET / " + head + body + "POST / " + head + body, piece: piece)
        try client.expect(200)
        try client.expect(405)
      }
      try client.send("GET / " + head + "5\r\nGET / HTTP/1.1\r\n", piece: 10)
      try client.expect(400)
      try client.expectEnd()
    }
  }

  @Test
  func `requests that arrive before earlier answers are answered in order`() throws {
    // The answers do not fit into the stream, so the server has to wait, and to continue later.
    try Self.explore(60, capacity: 300) { client in
      try client.send(String(repeating: Self.get + "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", count: 40))
      for _ in 0..<40 {
        try client.expect(200)
        try client.expect(404)
      }
    }
  }

  @Test
  func `the server stops reading from a client that does not read, and serves it later`() throws {
    try Self.explore(10, capacity: 2000) { client in
      // The client only writes, until the server reads no more.
      var sentCount = 0
      let bytes = ContiguousArray(String(repeating: Self.get, count: 10).utf8)
      var rest = bytes[...]
      for _ in 0..<30 {
        while let count = try client.stream.write(ContiguousArray(rest).span) {
          sentCount += count
          rest = rest.dropFirst(count)
          if rest.isEmpty { rest = bytes[...] }
        }
        try client.pause(for: .milliseconds(10))
      }
      // The server has read no more than the buffers of both sides hold.
      if sentCount > 20_000 { throw WrongAnswer(what: "\(sentCount) bytes were taken") }
      for _ in 0..<sentCount / Self.get.utf8.count { try client.expect(200) }
    }
  }

  @Test
  func `a client that ends its side receives its answers, and then the connection ends`() throws {
    try Self.explore(100) { client in
      try client.send(Self.get + Self.get + "GET / HT")
      try client.stream.shutdown(.write)
      try client.expect(200)
      try client.expect(200)
      try client.expectEnd()
    }
  }

  @Test
  func `a request with a head of 8 KiB is served, and a larger head is refused`() throws {
    func head(of count: Int) -> String {
      let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
      return start + String(repeating: "x", count: count - start.utf8.count - 4) + "\r\n\r\n"
    }
    try Self.explore(30, capacity: 1000) { client in
      try client.send(head(of: 8191) + head(of: 8192))
      try client.expect(200)
      try client.expect(200)
      // The answer arrives although the client still sends.
      try client.send(head(of: 8193) + head(of: 20_000))
      try client.expect(431)
      try client.expectEnd()
    }
  }

  @Test
  func `the time limit of a client begins again after each answer, and only then`() throws {
    try Self.explore(60) { client in
      for _ in 0..<3 {
        try client.pause(for: .milliseconds(1500))
        try client.send(Self.get)
        try client.expect(200)
      }
      let start = client.now
      // Sending a few bytes does not extend the time limit.
      try client.send("GET", piece: 1, pause: .milliseconds(400))
      try client.expectEnd()
      let passed = Duration.nanoseconds(client.now.nanoseconds - start.nanoseconds)
      if passed < .milliseconds(1900) || passed > .milliseconds(2300) {
        throw WrongAnswer(what: "the end after \(passed)")
      }
    }
  }

  @Test
  func `a client that sends nothing is disconnected at its time limit`() throws {
    try Self.explore(30) { client in
      let start = client.now
      try client.expectEnd()
      let passed = Duration.nanoseconds(client.now.nanoseconds - start.nanoseconds)
      // The server may have accepted the connection later, because it had no free descriptor.
      if passed < .milliseconds(1900) || passed > .milliseconds(2600) {
        throw WrongAnswer(what: "the end after \(passed)")
      }
    }
  }

  @Test
  func `the HTTP server continues when connections are reset at any byte`() throws {
    try exploreCutConnections(seedCount(100), { Self.addServer(to: $0) }, isServed: Self.isServed)
  }

  /// Sends some requests.
  ///
  /// - Returns: Whether they were answered; `false` if the connection was cut.
  private static func isServed() throws -> Bool {
    do {
      var client = try HTTPClient()
      try client.send(get + get, piece: 20)
      try client.expect(200)
      try client.expect(200)
      return true
    } catch let error as IOError {
      let kinds: [IOError.Kind] = [.connectionReset, .brokenPipe, .notConnected]
      if !kinds.contains(error.kind) { throw error }
    } catch let error as WrongAnswer where error.what.hasPrefix("0 ") {
      // If only the server is told of a reset, the client sees an early end.
    } catch let error as WrongAnswer where error.what == "the end amid an answer" {
    }
    return false
  }
}
