public import MioCore

/// A connection that echoes the data that it reads, in order, with a bounded buffer.
///
/// It works with any byte stream, and does not depend on sockets or on a selector. It is generic
/// code in a module of its own, so it must be inlinable: the program that uses it then compiles it
/// for its own stream.
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

  /// The number of bytes that were written back.
  @usableFromInline
  var echoedCount = 0

  @inlinable
  init(_ stream: consuming Stream) {
    self.stream = stream
  }

  /// Reads and writes until neither is possible, or until other connections must be served.
  ///
  /// Events are edges: a direction stays ready until it would block. The connection reads again
  /// only after it has written everything back, so a slow reader needs no more memory than the
  /// buffer.
  @inlinable
  mutating func serve(_ event: Event) throws(IOError) -> ServingProgress {
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
