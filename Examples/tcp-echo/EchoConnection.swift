import MioCore

/// One connection: echoes what it reads, in order, with a bounded buffer.
///
/// It works on any byte stream; nothing here knows of sockets or of a selector.
struct EchoConnection<Stream: ByteStream & ~Copyable>: ~Copyable {
  let stream: Stream
  private var buffer = EchoBuffer(capacity: 64 * 1024)
  private var canRead = false
  private var canWrite = false
  private var hasReadAll = false

  /// How many bytes were written back.
  private(set) var echoedCount = 0

  init(_ stream: consuming Stream) {
    self.stream = stream
  }

  /// Where a connection stands after it was served.
  enum Progress {
    /// It waits for the next event.
    case waiting
    /// It could go on, but others shall have their turn.
    case yielding
    /// All is echoed, and the peer sends nothing more.
    case finished
  }

  /// Reads and writes until neither is possible, or for as long as is fair to others.
  ///
  /// Edges: a direction that was possible stays so until it would block. Reading stops until what was
  /// read is written back, so a slow reader costs no more memory than the buffer.
  mutating func serve(_ event: Event) throws(IOError) -> Progress {
    if event.isReadable { canRead = true }
    if event.isWritable { canWrite = true }
    for _ in 0..<16 {
      let hasRead = try read()
      let hasWritten = try write()
      if hasReadAll && buffer.isEmpty { return .finished }
      if !hasRead && !hasWritten { return .waiting }
    }
    return .yielding
  }

  private mutating func read() throws(IOError) -> Bool {
    guard canRead, !hasReadAll, buffer.isEmpty else { return false }
    switch try buffer.fill(from: stream) {
    case nil: canRead = false
    case 0: hasReadAll = true
    default: return true
    }
    return false
  }

  private mutating func write() throws(IOError) -> Bool {
    guard canWrite, !buffer.isEmpty else { return false }
    guard let count = try buffer.drain(into: stream) else {
      canWrite = false
      return false
    }
    echoedCount += count
    return true
  }
}
