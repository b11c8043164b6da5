public import MioCore

/// The bytes that one direction of a connection has read and not yet written.
///
/// It reads again only after everything is written. A slow receiver therefore needs no more memory
/// than the buffer, and slows the sender down. The buffer has no memory before the first read, and
/// grows while reads fill it, so a silent connection costs little.
@usableFromInline
struct RelayBuffer {
  @usableFromInline
  static var longest: Int { 64 * 1024 }

  @usableFromInline
  private(set) var bytes = StreamBuffer()

  /// The number of bytes of the last read.
  @usableFromInline
  private(set) var readCount = 0

  @inlinable
  init() {}

  /// Whether everything is written.
  @inlinable
  var isEmpty: Bool { bytes.isEmpty }

  /// Reads once.
  ///
  /// - Precondition: Everything is written.
  /// - Returns: The number of bytes that were read; 0 at the end of the stream; `nil` if reading
  ///   would block.
  @inlinable
  mutating func fill<Reader: ByteReader & ~Copyable>(
    from reader: borrowing Reader
  ) throws(IOError) -> Int? {
    if readCount == bytes.capacity && readCount < Self.longest {
      bytes = StreamBuffer(minimumCapacity: max(4096, 2 * readCount))
    }
    let count = try bytes.fill(from: reader, upTo: bytes.capacity)
    readCount = count ?? 0
    return count
  }

  /// Writes once.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  @inlinable
  mutating func drain<Writer: ByteWriter & ~Copyable>(
    into writer: borrowing Writer
  ) throws(IOError) -> Int? {
    try bytes.drain(into: writer)
  }

  /// Discards the bytes that are not written.
  @inlinable
  mutating func removeAll() {
    bytes.removeAll()
  }
}
