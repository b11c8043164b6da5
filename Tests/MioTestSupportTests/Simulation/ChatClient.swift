import MioCore
import MioTestSupport
import TestHelpers

/// The error of a client that receives another line than the expected one.
struct WrongLine: Error {
  let what: String
}

/// A client of a chat that blocks in its poll.
struct ChatClient: ~Copyable {
  static let address = SimulatedAddress("server", port: 9)

  let stream: SimulatedStream
  private var poll: Poll<CheckedSelector<SimulatedSelector>>
  private var events: Events<CheckedSelector<SimulatedSelector>>
  private var received: [UInt8] = []
  private var hasEnded = false

  /// Connects.
  init() throws(IOError) {
    let stream = try SimulatedStream(connectingTo: Self.address)
    var poll = try Poll<CheckedSelector<SimulatedSelector>>()
    var events = try Events<CheckedSelector<SimulatedSelector>>(capacity: 2)
    try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
    while try stream.finishConnect() == .pending { try poll.poll(into: &events) }
    self.stream = stream
    self.poll = poll
    self.events = events
  }

  /// Sends a text in pieces of this size, and reads between them.
  mutating func send(_ text: String, piece: Int = .max) throws {
    var rest = ContiguousArray(text.utf8)[...]
    while !rest.isEmpty {
      try receive()
      if let count = try stream.write(ContiguousArray(rest.prefix(piece)).span) {
        rest = rest.dropFirst(count)
      } else {
        try wait(for: .seconds(5))
      }
    }
  }

  /// Returns the next line without its line break, or `nil` at the end.
  mutating func nextLine() throws -> String? {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeFirst(end + 1) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      if hasEnded { return nil }
      let count = received.count
      try receive()
      if received.count == count && !hasEnded { try wait(for: .seconds(5)) }
    }
  }

  /// Returns the next message of a guest, and skips the lines that the chat itself writes.
  mutating func nextMessage() throws -> String? {
    while let line = try nextLine() { if !line.hasPrefix("* ") { return line } }
    return nil
  }

  /// Waits for a line that ends with this text, and skips the lines before it.
  mutating func wait(for text: String) throws {
    while let line = try nextLine() { if line.hasSuffix(text) { return } }
    throw WrongLine(what: "the end before '\(text)'")
  }

  /// Shuts down its own direction, and reads to the end.
  mutating func leave() throws {
    try stream.shutdown(.write)
    while try nextLine() != nil {}
  }

  /// Lets time pass, and does not use the stream.
  func pause(for duration: Duration) throws(IOError) {
    var poll = try Poll<CheckedSelector<SimulatedSelector>>()
    var events = try Events<CheckedSelector<SimulatedSelector>>(capacity: 1)
    try poll.poll(into: &events, timeout: duration)
  }

  private mutating func receive() throws(IOError) {
    while !hasEnded, let part = try stream.receive(upTo: 70) {
      received += part
      hasEnded = part.isEmpty
    }
  }

  private mutating func wait(for duration: Duration) throws {
    try poll.poll(into: &events, timeout: duration)
    if events.isEmpty { throw WrongLine(what: "nothing for \(duration)") }
  }
}
