public import MioCore

/// One connection: echoes what it reads, in order, with a bounded buffer.
///
/// It works on any byte stream; nothing here knows of sockets or of a selector. It is inlinable, as
/// generic code in a module of its own has to be: the program that uses it then compiles it for its
/// stream.
@usableFromInline
struct EchoConnection<Stream: ByteStream & ~Copyable>: ~Copyable {
  @usableFromInline
  let stream: Stream

  @usableFromInline
  var buffer = StreamBuffer(minimumCapacity: 64 * 1024)

  @usableFromInline
  var canRead = false

  @usableFromInline
  var canWrite = false

  @usableFromInline
  var hasReadAll = false

  /// How many bytes were written back.
  @usableFromInline
  var echoedCount = 0

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
    /// All is echoed, and the peer sends nothing more.
    case finished
  }

  /// Reads and writes until neither is possible, or for as long as is fair to others.
  ///
  /// Edges: a direction that was possible stays so until it would block. Reading stops until what was
  /// read is written back, so a slow reader costs no more memory than the buffer.
  @inlinable
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

  @inlinable
  mutating func read() throws(IOError) -> Bool {
    guard canRead, !hasReadAll, buffer.isEmpty else { return false }
    switch try buffer.fill(from: stream, upTo: buffer.capacity) {
    case nil: canRead = false
    case 0: hasReadAll = true
    default: return true
    }
    return false
  }

  @inlinable
  mutating func write() throws(IOError) -> Bool {
    guard canWrite, !buffer.isEmpty else { return false }
    guard let count = try buffer.drain(into: stream) else {
      canWrite = false
      return false
    }
    echoedCount += count
    return true
  }
}
