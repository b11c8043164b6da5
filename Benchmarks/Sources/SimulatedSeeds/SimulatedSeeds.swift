import ExampleSupport
import Glibc
import MioCore
import MioTestSupport

/// Runs the echo server of the examples in simulated networks under all faults, and prints the
/// processor time.
///
///     SimulatedSeeds [COUNT [SECONDS]]    (100,000 seeds, which have to take less than 60 s)
@main
enum SimulatedSeeds {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let count = arguments.first ?? 100_000
    let limit = Duration.seconds(arguments.dropFirst().first ?? 60)
    var servedCount = 0
    let start = clock()
    try Simulation.explore(count, faults: .hostile) { servedCount += try run($0) }
    // The processor time does not depend on the other work of the machine.
    let duration = Duration.seconds(Double(clock() - start) / Double(CLOCKS_PER_SEC))
    print(
      "\(count) seeds, \(servedCount) of \(3 * count) clients served, in \(duration) of one processor"
    )
    // Faults reset some connections, but enough clients must be served.
    guard duration < limit, servedCount > count else {
      print("0 passed, 1 failed")
      fail("too slow, or too few were served", status: 1)
    }
    print("1 passed, 0 failed")
  }

  /// Runs a server with three clients.
  ///
  /// - Returns: The number of clients that were served.
  private static func run(_ simulation: Simulation) throws -> Int {
    let address = SimulatedAddress("server", port: 7)
    simulation.streamCapacity = 100
    simulation.addHost("server").serve {
      let listener = try SimulatedListener(port: address.port)
      var server = try EchoServer<SimulatedSelector, _, _>(listener)
      try server.run()
    }
    let clients = simulation.addHost("clients")
    var servedCount = 0
    for count in [1, 90, 300] {
      clients.run(after: .milliseconds(2)) {
        var client = try EchoClient(connectingTo: address, sending: count)
        if try client.isServed() { servedCount += 1 }
      }
    }
    try simulation.run()
    return servedCount
  }
}

/// An error that reports a wrong or a missing echo.
struct WrongEcho: Error {}

/// A client that sends bytes, shuts down its side, and reads the bytes back until the end.
struct EchoClient: ~Copyable {
  private let stream: SimulatedStream
  private var poll: Poll<SimulatedSelector>
  private var events: Events<SimulatedSelector>
  private let bytes: ContiguousArray<UInt8>
  private var sentCount = 0
  private var receivedCount = 0

  init(connectingTo address: SimulatedAddress, sending count: Int) throws(IOError) {
    let stream = try SimulatedStream(connectingTo: address)
    let poll = try Poll<SimulatedSelector>()
    let events = try Events<SimulatedSelector>(capacity: 2)
    try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
    self.stream = stream
    self.poll = poll
    self.events = events
    bytes = ContiguousArray((0..<count).map { UInt8(truncatingIfNeeded: $0) })
  }

  /// Returns whether all bytes came back; `false` if the connection was reset.
  mutating func isServed() throws -> Bool {
    do {
      while try stream.finishConnect() == .pending { try poll.poll(into: &events) }
      while true {
        try send()
        switch try receive() {
        case true: return receivedCount == bytes.count
        case false: throw WrongEcho()
        case nil: try poll.poll(into: &events, timeout: .seconds(30))
        }
        // The reset was reported to the server, but not to the client.
        if events.isEmpty { return false }
      }
    } catch let error as IOError {
      let kinds: [IOError.Kind] = [.connectionReset, .brokenPipe, .notConnected, .tooManyOpenFiles]
      if kinds.contains(error.kind) { return false }
      throw error
    }
  }

  private mutating func send() throws(IOError) {
    while sentCount < bytes.count,
      let count = try stream.write(bytes.span.extracting(sentCount...))
    {
      sentCount += count
      if sentCount == bytes.count { try stream.shutdown(.write) }
    }
  }

  /// - Returns: `true` at the end of the stream, `false` if other bytes arrived, or `nil` if there
  ///   is no more data yet.
  private mutating func receive() throws(IOError) -> Bool? {
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 70)
    while true {
      var room = buffer.mutableSpan
      guard let count = try stream.read(into: &room) else { return nil }
      if count == 0 { return true }
      guard bytes[receivedCount...].starts(with: buffer[..<count]) else { return false }
      receivedCount += count
    }
  }
}
