import MioCore
import MioTestSupport
import TestHelpers

/// An error that reports a wrong echo.
struct WrongEcho: Error {
  let what: String
}

/// A client of an echo server that blocks in its poll.
struct EchoClient: ~Copyable {
  let stream: SimulatedStream
  private var poll: Poll<CheckedSelector<SimulatedSelector>>
  private var events: Events<CheckedSelector<SimulatedSelector>>

  /// Connects.
  init(to address: SimulatedAddress = EchoUnderTest.address) throws(IOError) {
    let stream = try SimulatedStream(connectingTo: address)
    var poll = try Poll<CheckedSelector<SimulatedSelector>>()
    var events = try Events<CheckedSelector<SimulatedSelector>>(capacity: 2)
    try poll.registry.register(stream, token: 1, interest: [.readable, .writable])
    while try stream.finishConnect() == .pending { try poll.poll(into: &events) }
    self.stream = stream
    self.poll = poll
    self.events = events
  }

  /// The virtual time.
  var now: Instant { poll.now }

  /// Sends bytes, shuts down its own direction, and reads the echo to the end.
  mutating func exchange(_ bytes: [UInt8]) throws {
    var sent = 0
    var received: [UInt8] = []
    if bytes.isEmpty { try stream.shutdown(.write) }
    while true {
      while sent < bytes.count, let count = try stream.write(bytes.span.extracting(sent...)) {
        sent += count
        if sent == bytes.count { try stream.shutdown(.write) }
      }
      while let part = try stream.receive(upTo: 70) {
        if part.isEmpty { return try check(received, bytes) }
        received += part
      }
      try wait(for: .seconds(1))
    }
  }

  /// Sends bytes, and reads the same number of bytes.
  mutating func greet(_ bytes: [UInt8]) throws {
    guard try stream.write(bytes.span) == bytes.count else { throw WrongEcho(what: "no room") }
    var received: [UInt8] = []
    while received.count < bytes.count {
      while let part = try stream.receive(upTo: 70), !part.isEmpty { received += part }
      if received.count < bytes.count { try wait() }
    }
    try check(received, bytes)
  }

  /// Reads and discards bytes until the end.
  mutating func waitForEnd() throws {
    while true {
      while let part = try stream.receive(upTo: 70) { if part.isEmpty { return } }
      try wait()
    }
  }

  /// Reads when bytes have arrived.
  ///
  /// - Returns: The bytes; empty at the end.
  @discardableResult
  mutating func waitForAnything() throws(IOError) -> [UInt8] {
    while true {
      if let part = try stream.receive(upTo: 70) { return part }
      try poll.poll(into: &events)
    }
  }

  /// Lets time pass, and does not use the stream.
  func pause(for duration: Duration) throws(IOError) {
    var poll = try Poll<CheckedSelector<SimulatedSelector>>()
    var events = try Events<CheckedSelector<SimulatedSelector>>(capacity: 1)
    try poll.poll(into: &events, timeout: duration)
  }

  /// Waits for an event.
  mutating func wait(for timeout: Duration = .seconds(30)) throws {
    try poll.poll(into: &events, timeout: timeout)
    if events.isEmpty { throw WrongEcho(what: "nothing for \(timeout)") }
  }

  private func check(_ received: [UInt8], _ expected: [UInt8]) throws {
    guard expected.starts(with: received) else {
      throw WrongEcho(what: "bytes that were not sent")
    }
    if received.count < expected.count {
      throw WrongEcho(what: "\(received.count) bytes, \(expected.count) expected")
    }
  }
}
