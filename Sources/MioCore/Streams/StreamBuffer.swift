/// A queue of bytes between a stream and a program: appended at the end, removed at the front.
///
/// Use one for the input of a connection, and one for its output:
///
///     var output = StreamBuffer()
///     output.append("HTTP/1.1 204 No Content\r\n\r\n")
///     let isDone = try output.flush(to: stream)  // `false`: go on when the stream is writable
///
/// A buffer grows when bytes do not fit, and keeps its memory, so it allocates nothing once it has
/// grown. A program that must bound its memory limits ``count``, as ``fill(from:upTo:)`` does.
public struct StreamBuffer: Sendable {
  @usableFromInline
  var storage: ContiguousArray<UInt8>

  /// The range of the pending bytes in the storage.
  @usableFromInline
  var pending = 0..<0

  /// Creates an empty buffer.
  ///
  /// - Parameter minimumCapacity: The number of bytes that fit before the buffer has to grow.
  @inlinable
  public init(minimumCapacity: Int = 0) {
    storage = ContiguousArray(repeating: .zero, count: max(0, minimumCapacity))
  }

  /// The number of pending bytes.
  @inlinable
  public var count: Int { pending.count }

  /// Whether there are no pending bytes.
  @inlinable
  public var isEmpty: Bool { pending.isEmpty }

  /// The number of bytes that fit before the buffer has to grow.
  @inlinable
  public var capacity: Int { storage.count }

  /// Calls a closure with the pending bytes, the oldest first.
  ///
  /// - Returns: The result of `body`.
  /// - Throws: The error that `body` throws.
  @inlinable
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage.span.extracting(pending))
  }

  /// Removes bytes at the front.
  ///
  /// - Parameter count: The number of bytes to remove. If there are fewer bytes, all are removed.
  @inlinable
  public mutating func removeFirst(_ count: Int) {
    let first = pending.lowerBound + min(max(0, count), pending.count)
    pending = first == pending.upperBound ? 0..<0 : first..<pending.upperBound
  }

  /// Removes all bytes, and keeps the memory.
  @inlinable
  public mutating func removeAll() {
    pending = 0..<0
  }
}

// MARK: - Appending

extension StreamBuffer {
  /// Appends bytes.
  @inlinable
  public mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends the bytes of an array.
  @inlinable
  public mutating func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  /// Appends a text in UTF-8.
  @inlinable
  public mutating func append(_ text: String) {
    // `withUTF8` is mutating, so it needs a variable. The copy shares the bytes.
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends a constant text in UTF-8.
  @inlinable
  public mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  @inlinable
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    makeRoom(for: bytes.count)
    unsafe storage.withUnsafeMutableBytes { all in
      unsafe UnsafeMutableRawBufferPointer(rebasing: all[pending.upperBound...]).copyMemory(
        from: bytes)
    }
    pending = pending.lowerBound..<pending.upperBound + bytes.count
  }

  /// Makes space for `count` bytes behind the pending bytes.
  ///
  /// The bytes move to the front only if at least as many bytes were removed since the last move.
  /// So at most one byte is moved for each byte that is removed.
  @usableFromInline
  mutating func makeRoom(for count: Int) {
    if storage.count - pending.upperBound >= count { return }
    if pending.count + count <= storage.count && pending.count <= pending.lowerBound {
      unsafe storage.withUnsafeMutableBytes { all in
        unsafe all.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[pending]))
      }
    } else {
      var grown = ContiguousArray<UInt8>()
      grown.reserveCapacity(max(256, 2 * storage.count, pending.count + count))
      grown.append(contentsOf: storage[pending])
      grown.append(contentsOf: repeatElement(.zero, count: grown.capacity - grown.count))
      storage = grown
    }
    pending = 0..<pending.count
  }
}

// MARK: - Streams

extension StreamBuffer {
  /// Reads once from a stream, and appends the bytes.
  ///
  /// - Parameters:
  ///   - reader: The stream.
  ///   - limit: The maximum number of pending bytes after the call.
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `limit` bytes
  ///   are already pending; `nil` if reading would block.
  /// - Throws: The ``IOError`` of the stream. The pending bytes are unchanged in this case.
  @inlinable
  public mutating func fill<Reader: ByteReader & ~Copyable>(
    from reader: borrowing Reader, upTo limit: Int
  ) throws(IOError) -> Int? {
    if count >= limit { return 0 }
    // The buffer grows as bytes arrive, not to the limit at once.
    let room = min(limit - count, max(4096, storage.count - pending.upperBound))
    makeRoom(for: room)
    let end = pending.upperBound
    var all = storage.mutableSpan
    let count = try unsafe all.withUnsafeMutableBufferPointer { all throws(IOError) -> Int? in
      let free = unsafe UnsafeMutableBufferPointer(rebasing: all[end..<end + room])
      return try unsafe reader.read(into: UnsafeMutableRawBufferPointer(free))
    }
    pending = pending.lowerBound..<end + (count ?? 0)
    return count
  }

  /// Writes once to a stream, and removes the bytes that were written.
  ///
  /// - Parameter writer: The stream.
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: The ``IOError`` of the stream. The pending bytes are unchanged in this case.
  @inlinable
  public mutating func drain<Writer: ByteWriter & ~Copyable>(
    into writer: borrowing Writer
  ) throws(IOError) -> Int? {
    guard let count = try writer.write(storage.span.extracting(pending)) else { return nil }
    removeFirst(count)
    return count
  }

  /// Writes bytes to a stream until none are pending or writing would block.
  ///
  /// - Parameter writer: The stream.
  /// - Returns: Whether no bytes are pending. If some are, the selector reports when the stream is
  ///   writable again.
  /// - Throws: The ``IOError`` of the stream. The bytes that were written are removed.
  @inlinable
  public mutating func flush<Writer: ByteWriter & ~Copyable>(
    to writer: borrowing Writer
  ) throws(IOError) -> Bool {
    while !isEmpty {
      if try drain(into: writer) == nil { return false }
    }
    return true
  }
}
