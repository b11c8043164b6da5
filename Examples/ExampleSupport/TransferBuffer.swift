public import MioCore

/// A buffer of fixed size.
///
/// Bytes are added at its end and removed at its front.
@usableFromInline
struct TransferBuffer {
  @usableFromInline
  var storage: ContiguousArray<UInt8>

  /// The range of the storage that contains bytes.
  @usableFromInline
  var pending = 0..<0

  @inlinable
  init(capacity: Int) {
    storage = ContiguousArray(repeating: 0, count: capacity)
  }

  @inlinable
  var isEmpty: Bool { pending.isEmpty }

  @inlinable
  var isFull: Bool { pending.count == storage.count }

  /// The number of bytes that can be added.
  @inlinable
  var room: Int { storage.count - pending.count }

  /// Removes bytes at the front.
  @inlinable
  mutating func consume(_ count: Int) {
    pending = pending.lowerBound + count..<pending.upperBound
  }

  /// Moves the pending bytes to the front, if the space behind them is too small.
  @inlinable
  mutating func makeRoom(for count: Int) {
    if pending.isEmpty {
      pending = 0..<0
    } else if pending.upperBound + count > storage.count && pending.lowerBound > 0 {
      for (target, source) in pending.enumerated() { storage[target] = storage[source] }
      pending = 0..<pending.count
    }
  }
}

// MARK: - Transfers

extension TransferBuffer {
  /// Reads into the space at the end.
  ///
  /// - Precondition: The buffer is not full.
  /// - Returns: The result of the stream's read.
  @inlinable
  mutating func fill<Stream: ByteStream & ~Copyable>(
    from stream: borrowing Stream
  ) throws(IOError) -> Int? {
    makeRoom(for: 1)
    let end = pending.upperBound
    var all = storage.mutableSpan
    // Safety: the end of the pending bytes is within the storage, and only the closure uses the
    // memory.
    let count = try unsafe all.withUnsafeMutableBufferPointer { bytes throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: bytes[end...])
      return unsafe try stream.read(into: UnsafeMutableRawBufferPointer(room))
    }
    pending = pending.lowerBound..<end + (count ?? 0)
    return count
  }

  /// Writes pending bytes.
  ///
  /// - Returns: The result of the stream's write.
  @inlinable
  mutating func drain<Stream: ByteStream & ~Copyable>(
    into stream: borrowing Stream
  ) throws(IOError) -> Int? {
    let count = try stream.write(storage.span.extracting(pending))
    consume(count ?? 0)
    return count
  }

  /// Appends a text.
  ///
  /// - Precondition: The text fits.
  mutating func append(_ text: StaticString) {
    makeRoom(for: text.utf8CodeUnitCount)
    var end = pending.upperBound
    // Safety: only the closure uses the memory of the text.
    text.withUTF8Buffer { bytes in
      for index in bytes.indices {
        storage[end] = unsafe bytes[index]
        end += 1
      }
    }
    pending = pending.lowerBound..<end
  }
}
