import MioCore
import MioTestSupport
import TestHelpers

/// A client that sends bytes to an echo server and messages to itself, and records everything that
/// happens.
struct Talk: ~Copyable {
  static let byteCount = 1000
  static let messageCount = 30

  private var stream: SimulatedStream?
  private let socket: SimulatedDatagramSocket
  private var poll: Poll<SimulatedSelector>
  private var events: Events<SimulatedSelector>
  private var sentCount = 0
  private var sentMessageCount = 0

  private(set) var echoed: [UInt8] = []
  private(set) var datagrams: [UInt8] = []
  private(set) var errors: Set<IOError.Kind> = []
  /// The readiness of all events, added up.
  private(set) var told = 0
  private(set) var transferCount = 0
  private(set) var wakeCount = 0
  private(set) var duration = Duration.zero

  init() throws(IOError) {
    let poll = try Poll<SimulatedSelector>()
    let socket = try SimulatedDatagramSocket(port: 9)
    try poll.registry.register(socket, token: 2, interest: .readable)
    events = try Events(capacity: 4)
    self.poll = poll
    self.socket = socket
  }

  func makeWaker() throws(IOError) -> PollWaker { try poll.registry.makeWaker(token: 3) }

  /// Sends and receives until everything has come back, or the time is over.
  mutating func run(for limit: Duration) throws(IOError) {
    let start = poll.now
    let deadline = start.advanced(by: limit)
    while poll.now < deadline, echoed.count < Self.byteCount || datagrams.count < Self.messageCount
    {
      note { (talk: inout Talk) throws(IOError) in try talk.talk() }
      note { (talk: inout Talk) throws(IOError) in try talk.sendMessage() }
      note { (talk: inout Talk) throws(IOError) in try talk.wait() }
    }
    duration = .nanoseconds(poll.now.nanoseconds - start.nanoseconds)
  }

  /// Runs an action that may throw, and records the error.
  ///
  /// If the connection is lost, makes a new one.
  private mutating func note(_ body: (inout Talk) throws(IOError) -> Void) {
    do throws(IOError) {
      try body(&self)
    } catch {
      errors.insert(error.kind)
      if ![.interrupted, .outOfMemory].contains(error.kind) { stream = nil }
    }
  }

  private mutating func talk() throws(IOError) {
    if stream == nil { try connect() }
    guard try stream?.finishConnect() == .connected else { return }
    let rest = min(20, Self.byteCount - sentCount)
    let bytes = ContiguousArray<UInt8>(repeating: 0, count: rest)
    if rest > 0, let count = try stream?.write(bytes.span) {
      sentCount += count
      transferCount += 1
    }
    while let bytes = try stream?.receive(upTo: 70), !bytes.isEmpty {
      echoed += bytes
      transferCount += 1
    }
  }

  private mutating func connect() throws(IOError) {
    let stream = try SimulatedStream(connectingTo: EchoUnderTest.address)
    try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
    self.stream = consume stream
    sentCount = echoed.count
  }

  private mutating func sendMessage() throws(IOError) {
    if sentMessageCount < Self.messageCount {
      let bytes: ContiguousArray<UInt8> = [UInt8(sentMessageCount)]
      _ = try socket.send(bytes.span, to: socket.localAddress)
      sentMessageCount += 1
    }
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 1)
    var room = buffer.mutableSpan
    while try socket.receive(into: &room) != nil { datagrams.append(room[0]) }
  }

  private mutating func wait() throws(IOError) {
    try poll.poll(into: &events, timeout: .milliseconds(1), onInterrupt: .throw)
    for event in events {
      told += Int(event.readiness.rawValue)
      if event.token == 3 { wakeCount += 1 }
    }
  }
}
