extension ByteReader where Self: ~Copyable {
  /// Reads into the free room of `buffer`, and appends what came.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there was no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``: `.connectionReset`, `.timedOut`, `.notConnected` and others.
  @inlinable
  public borrowing func read(into buffer: inout OutputRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes, initialized throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[initialized...])
      guard let count = try unsafe read(into: room) else { return nil }
      initialized += count
      return count
    }
  }

  /// Reads over the start of `buffer`.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there was no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``: `.connectionReset`, `.timedOut`, `.notConnected` and others.
  @inlinable
  public borrowing func read(into buffer: inout MutableRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) -> Int? in
      try unsafe read(into: bytes)
    }
  }
}

extension ByteWriter where Self: ~Copyable {
  /// Writes as many bytes as there is room for, from the start of `bytes`.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, `.notConnected` and others. No signal is
  ///   raised.
  @inlinable
  public borrowing func write(_ bytes: RawSpan) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBytes { bytes throws(IOError) -> Int? in
      try unsafe write(bytes)
    }
  }
}

// The same for typed bytes: strict memory safety calls the raw bytes of an array unsafe.
extension ByteReader where Self: ~Copyable {
  /// Reads into the free room of `buffer`, and appends what came.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there was no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``: `.connectionReset`, `.timedOut`, `.notConnected` and others.
  @inlinable
  public borrowing func read(into buffer: inout OutputSpan<UInt8>) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBufferPointer {
      bytes, initialized throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: bytes[initialized...])
      guard let count = try unsafe read(into: UnsafeMutableRawBufferPointer(room)) else {
        return nil
      }
      initialized += count
      return count
    }
  }

  /// Reads over the start of `buffer`.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there was no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``: `.connectionReset`, `.timedOut`, `.notConnected` and others.
  @inlinable
  public borrowing func read(into buffer: inout MutableSpan<UInt8>) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) -> Int? in
      try unsafe read(into: UnsafeMutableRawBufferPointer(bytes))
    }
  }
}

extension ByteWriter where Self: ~Copyable {
  /// Writes as many bytes as there is room for, from the start of `bytes`.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, `.notConnected` and others. No signal is
  ///   raised.
  @inlinable
  public borrowing func write(_ bytes: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) -> Int? in
      try unsafe write(UnsafeRawBufferPointer(bytes))
    }
  }
}
