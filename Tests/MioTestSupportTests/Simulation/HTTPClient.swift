import MioCore
import MioTestSupport
import TestHelpers

/// An error that reports a wrong answer.
struct WrongAnswer: Error {
  let what: String
}

/// A client of an HTTP server that blocks in its poll.
struct HTTPClient: ~Copyable {
  static let address = SimulatedAddress("server", port: 80)
  static let hello = "hello, world!\n"

  let stream: SimulatedStream
  private var poll: Poll<SimulatedSelector>
  private var events: Events<SimulatedSelector>
  private var received: [UInt8] = []
  private(set) var hasEnded = false

  /// Connects.
  init() throws(IOError) {
    let stream = try SimulatedStream(connectingTo: Self.address)
    var poll = try Poll<SimulatedSelector>()
    var events = try Events<SimulatedSelector>(capacity: 2)
    try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
    while try stream.finishConnect() == .pending { try poll.poll(into: &events) }
    self.stream = stream
    self.poll = poll
    self.events = events
  }

  /// The virtual time.
  var now: Instant { poll.now }

  /// Sends a text in pieces of this size, with a pause before each.
  ///
  /// Receives answers meanwhile.
  mutating func send(_ text: String, piece: Int = .max, pause: Duration = .zero) throws(IOError) {
    var rest = ContiguousArray(text.utf8)[...]
    while !rest.isEmpty {
      if pause > .zero { try wait(for: pause) }
      let part = ContiguousArray(rest.prefix(piece))
      try receive()
      if let count = try stream.write(part.span) {
        rest = rest.dropFirst(count)
      } else {
        try wait()
      }
    }
  }

  /// Waits for an answer.
  ///
  /// - Parameter hasBody: Whether the answer has a body, which is the case except for `HEAD`.
  /// - Returns: The status code and the body; `nil` at the end.
  /// - Throws: ``WrongAnswer``, or the error of the stream.
  mutating func answer(hasBody: Bool = true) throws -> (status: Int, body: String)? {
    while true {
      if let answer = try takeAnswer(hasBody) { return answer }
      if hasEnded {
        if received.isEmpty { return nil }
        throw WrongAnswer(what: "the end amid an answer")
      }
      let count = received.count
      try receive()
      if received.count == count && !hasEnded { try waitForMore() }
    }
  }

  /// Waits for an answer, which must have this status.
  mutating func expect(_ status: Int, hasBody: Bool = true) throws {
    let answer = try answer(hasBody: hasBody)
    if answer?.status != status {
      throw WrongAnswer(what: "\(answer?.status ?? 0) in place of \(status)")
    }
    let body = status == 200 && hasBody ? Self.hello : ""
    if answer?.body != body { throw WrongAnswer(what: "another body") }
  }

  /// Waits for the end.
  ///
  /// No answer may come before it.
  mutating func expectEnd() throws {
    if let answer = try answer() { throw WrongAnswer(what: "\(answer.status), not the end") }
  }

  /// Lets time pass.
  func pause(for duration: Duration) throws(IOError) {
    var poll = try Poll<SimulatedSelector>()
    var events = try Events<SimulatedSelector>(capacity: 1)
    try poll.poll(into: &events, timeout: duration)
  }
}

extension HTTPClient {
  private mutating func takeAnswer(_ hasBody: Bool) throws -> (status: Int, body: String)? {
    let text = String(decoding: received, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = text[..<end.lowerBound]
    guard head.hasPrefix("HTTP/1.1 "), let status = Int(head.dropFirst(9).prefix(3)) else {
      throw WrongAnswer(what: "'\(head)' is no answer")
    }
    let field = head.firstRange(of: "Content-Length: ")
    let length = field.flatMap { Int(head[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
    let rest = text[end.upperBound...]
    let bodyLength = hasBody ? length : 0
    guard rest.utf8.count >= bodyLength else { return nil }
    let body = String(rest.prefix(bodyLength))
    received.removeFirst(head.utf8.count + 4 + bodyLength)
    return (status, body)
  }

  private mutating func receive() throws(IOError) {
    while !hasEnded, let part = try stream.receive(upTo: 70) {
      received += part
      hasEnded = part.isEmpty
    }
  }

  private mutating func waitForMore() throws {
    try wait(for: .seconds(100))
    if events.isEmpty { throw WrongAnswer(what: "nothing for 100 seconds") }
  }

  private mutating func wait(for duration: Duration = .seconds(30)) throws(IOError) {
    try poll.poll(into: &events, timeout: duration)
  }
}
