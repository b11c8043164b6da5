extension ByteReader where Self: ~Copyable {
  /// Reads at most `limit` bytes, and at most 64 KiB, and appends them to an array.
  ///
  /// `removeAll(keepingCapacity: true)` empties an array and keeps its capacity. A loop that uses
  /// one array allocates nothing once the array has grown.
  ///
  /// - Parameters:
  ///   - bytes: The array to append to.
  ///   - limit: The maximum number of bytes to read.
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `limit` is
  ///   not positive; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or
  ///   another. The array is unchanged in this case.
  @inlinable
  public borrowing func read(
    appendingTo bytes: inout [UInt8], upTo limit: Int
  ) throws(IOError) -> Int? {
    guard limit > 0 else { return 0 }
    let start = bytes.count
    // The array grows by zeros before the read. A peer that sends single bytes must not make that
    // expensive, and a limit that a peer has chosen must not decide how much memory is allocated.
    let room = min(limit, 64 * 1024)
    bytes.append(contentsOf: repeatElement(0, count: room))
    var count: Int?
    defer { bytes.removeLast(bytes.count - start - (count ?? 0)) }
    count = try unsafe bytes.withUnsafeMutableBufferPointer { all throws(IOError) in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: all[start...])
      return try unsafe read(into: UnsafeMutableRawBufferPointer(room))
    }
    return count
  }
}

extension ByteWriter where Self: ~Copyable {
  /// Writes as many bytes of an array as fit, from its start.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @inlinable
  public borrowing func write(_ bytes: [UInt8]) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Writes as many bytes of a part of an array as fit, from its start.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @inlinable
  public borrowing func write(_ bytes: ArraySlice<UInt8>) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe write(UnsafeRawBufferPointer(bytes))
    }
  }
}
