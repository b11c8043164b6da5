public import MioCore

/// A connection of an HTTP server.
@usableFromInline
struct HTTPConnection<Stream: ByteStream & ~Copyable>: ~Copyable {
  @usableFromInline
  let stream: Stream

  @usableFromInline
  var exchange = HTTPExchange()

  @usableFromInline
  var canRead = false

  @usableFromInline
  var canWrite = false

  @usableFromInline
  var hasReadAll = false

  /// Whether the server has shut down its side of the connection.
  @usableFromInline
  var hasEnded = false

  /// The number of answers when the time for the next request began.
  @usableFromInline
  var timedAnswerCount = 0

  @inlinable
  init(_ stream: consuming Stream) {
    self.stream = stream
  }

  /// Reads, answers and writes until nothing is possible, or until other connections must be
  /// served.
  @inlinable
  mutating func serve(_ event: Event) throws(IOError) -> ServingProgress {
    if event.isReadable { canRead = true }
    if event.isWritable { canWrite = true }
    for _ in 0..<16 {
      let hasRead = try read()
      exchange.answer()
      let hasWritten = try write()
      // The requests that were answered may have freed space for more.
      let canGoOn = canRead && !hasReadAll && !exchange.isInputFull
      if !hasRead && !hasWritten && !canGoOn { return try progressAtRest() }
    }
    return .yielding
  }

  @inlinable
  mutating func read() throws(IOError) -> Bool {
    guard canRead, !hasReadAll, !exchange.isInputFull else { return false }
    switch try exchange.fill(from: stream) {
    case nil: canRead = false
    case 0: hasReadAll = true
    default: return true
    }
    return false
  }

  @inlinable
  mutating func write() throws(IOError) -> Bool {
    guard canWrite, !exchange.output.isEmpty else { return false }
    if try exchange.output.drain(into: stream) != nil { return true }
    canWrite = false
    return false
  }

  /// Returns the progress when nothing can be read, answered or written at the moment.
  ///
  /// If a server closes the connection while the client still sends, the client's system discards
  /// the last answer. The server therefore shuts down its own side, and continues to read for a
  /// while (RFC 9112, section 9.6).
  @inlinable
  mutating func progressAtRest() throws(IOError) -> ServingProgress {
    guard exchange.output.isEmpty else { return .waiting }
    if hasReadAll { return .finished }
    if exchange.isEnding && !hasEnded {
      try stream.shutdown(.write)
      hasEnded = true
    }
    return .waiting
  }

  /// Returns whether the time for the next request, or for the client's end, begins now.
  @inlinable
  mutating func beginsTime() -> Bool {
    guard exchange.answerCount != timedAnswerCount else { return false }
    timedAnswerCount = exchange.answerCount
    return true
  }
}
