public import MioCore

/// Bytes that were read and not yet written.
///
/// It never grows.
@usableFromInline
struct TransferBuffer {
  @usableFromInline
  var storage: [UInt8]

  @usableFromInline
  var pending = 0..<0

  @inlinable
  init(capacity: Int) {
    storage = Array(repeating: 0, count: capacity)
  }

  @inlinable
  var isEmpty: Bool { pending.isEmpty }

  /// Reads into the empty buffer.
  ///
  /// - Returns: What the stream returns.
  @inlinable
  mutating func fill<Stream: ByteStream & ~Copyable>(
    from stream: borrowing Stream
  ) throws(IOError) -> Int? {
    var room = storage.mutableSpan
    let count = try stream.read(into: &room)
    pending = 0..<(count ?? 0)
    return count
  }

  /// Writes pending bytes.
  ///
  /// - Returns: What the stream returns.
  @inlinable
  mutating func drain<Stream: ByteStream & ~Copyable>(
    into stream: borrowing Stream
  ) throws(IOError) -> Int? {
    let count = try stream.write(storage.span.extracting(pending))
    pending = pending.lowerBound + (count ?? 0)..<pending.upperBound
    return count
  }
}
