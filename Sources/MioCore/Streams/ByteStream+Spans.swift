extension ByteReader where Self: ~Copyable {
  /// Reads into the free capacity of `buffer`, and appends the bytes.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `buffer` is
  ///   full; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or
  ///   another.
  @inlinable
  public borrowing func read(into buffer: inout OutputRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes, initialized throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[initialized...])
      guard let count = try unsafe read(into: room) else { return nil }
      initialized += count
      return count
    }
  }

  /// Reads into the start of `buffer`, and overwrites its content.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `buffer` is
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or
  ///   another.
  @inlinable
  public borrowing func read(into buffer: inout MutableRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) -> Int? in
      try unsafe read(into: bytes)
    }
  }
}

extension ByteWriter where Self: ~Copyable {
  /// Writes as many bytes as fit, from the start of `bytes`.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @inlinable
  public borrowing func write(_ bytes: RawSpan) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBytes { bytes throws(IOError) -> Int? in
      try unsafe write(bytes)
    }
  }
}

// The same for typed bytes: under strict memory safety the raw bytes of an array are unsafe.
extension ByteReader where Self: ~Copyable {
  /// Reads into the free capacity of `buffer`, and appends the bytes.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `buffer` is
  ///   full; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or
  ///   another.
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

  /// Reads into the start of `buffer`, and overwrites its content.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `buffer` is
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or
  ///   another.
  @inlinable
  public borrowing func read(into buffer: inout MutableSpan<UInt8>) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) -> Int? in
      try unsafe read(into: UnsafeMutableRawBufferPointer(bytes))
    }
  }
}

extension ByteWriter where Self: ~Copyable {
  /// Writes as many bytes as fit, from the start of `bytes`.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @inlinable
  public borrowing func write(_ bytes: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) -> Int? in
      try unsafe write(UnsafeRawBufferPointer(bytes))
    }
  }
}
