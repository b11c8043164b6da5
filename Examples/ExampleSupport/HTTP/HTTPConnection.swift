public import MioCore

/// One connection of an HTTP server.
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

  /// Whether the client was told that nothing more is sent.
  @usableFromInline
  var hasEnded = false

  /// How many answers there were when the time for the next request began.
  @usableFromInline
  var timedAnswerCount = 0

  @inlinable
  init(_ stream: consuming Stream) {
    self.stream = stream
  }

  /// Where a connection stands after it was served.
  @usableFromInline
  enum Progress {
    /// It waits for the next event.
    case waiting
    /// It could go on, but others shall have their turn.
    case yielding
    /// All is answered, and nothing more comes.
    case finished
  }

  /// Reads, answers and writes until nothing is possible, or for as long as is fair to others.
  @inlinable
  mutating func serve(_ event: Event) throws(IOError) -> Progress {
    if event.isReadable { canRead = true }
    if event.isWritable { canWrite = true }
    for _ in 0..<16 {
      let hasRead = try read()
      exchange.answer()
      let hasWritten = try write()
      if !hasRead && !hasWritten { return try progressAtRest() }
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

  /// Nothing can be read, answered or written at the moment.
  ///
  /// A server that closes while the client still sends would have the client's system throw the last answer away.
  /// So it ends its own side, and reads on for a while (RFC 9112, section 9.6).
  @inlinable
  mutating func progressAtRest() throws(IOError) -> Progress {
    guard exchange.output.isEmpty else { return .waiting }
    if hasReadAll { return .finished }
    if exchange.isEnding && !hasEnded {
      try stream.shutdown(.write)
      hasEnded = true
    }
    return .waiting
  }

  /// Whether the time for the next request, or for the client's end, begins now.
  @inlinable
  mutating func beginsTime() -> Bool {
    guard exchange.answerCount != timedAnswerCount else { return false }
    timedAnswerCount = exchange.answerCount
    return true
  }
}
