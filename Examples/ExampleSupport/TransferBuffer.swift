public import MioCore

/// Bytes that were put in at the end and not yet taken out at the front.
///
/// It never grows.
@usableFromInline
struct TransferBuffer {
  @usableFromInline
  var storage: ContiguousArray<UInt8>

  /// Which bytes of the storage were not yet taken out.
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

  /// How many bytes can be put in.
  @inlinable
  var room: Int { storage.count - pending.count }

  /// Takes out bytes at the front.
  @inlinable
  mutating func consume(_ count: Int) {
    pending = pending.lowerBound + count..<pending.upperBound
  }

  /// Moves the pending bytes to the front, if there is no room for so many more behind them.
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
  /// Reads into the room at the end.
  ///
  /// - Precondition: The buffer is not full.
  /// - Returns: What the stream returns.
  @inlinable
  mutating func fill<Stream: ByteStream & ~Copyable>(
    from stream: borrowing Stream
  ) throws(IOError) -> Int? {
    makeRoom(for: 1)
    let end = pending.upperBound
    var all = storage.mutableSpan
    // Safety: the end of the pending bytes is within the storage, and the memory is used in the closure only.
    let count = try unsafe all.withUnsafeMutableBufferPointer { bytes throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: bytes[end...])
      return unsafe try stream.read(into: UnsafeMutableRawBufferPointer(room))
    }
    pending = pending.lowerBound..<end + (count ?? 0)
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
    consume(count ?? 0)
    return count
  }

  /// Puts in a text.
  ///
  /// - Precondition: There is room for it.
  mutating func append(_ text: StaticString) {
    makeRoom(for: text.utf8CodeUnitCount)
    var end = pending.upperBound
    // Safety: the memory of the text is used in the closure only.
    text.withUTF8Buffer { bytes in
      for index in bytes.indices {
        storage[end] = unsafe bytes[index]
        end += 1
      }
    }
    pending = pending.lowerBound..<end
  }
}
