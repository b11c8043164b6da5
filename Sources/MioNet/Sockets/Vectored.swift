public import MioCore

/// A source of bytes that can be read over several buffers with one system call.
public protocol VectoredReader: ByteReader, ~Copyable {
  /// Reads over several buffers, one after the other.
  ///
  /// - Parameter buffers: Where to read to; one call uses the first 64.
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `readv(2)`.
  @unsafe
  borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int?
}

/// A destination of bytes that can be written from several buffers with one system call.
public protocol VectoredWriter: ByteWriter, ~Copyable {
  /// Writes several buffers, one after the other.
  ///
  /// - Parameter buffers: What to write; one call uses the first 64.
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `writev(2)`.
  @unsafe
  borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int?
}

extension VectoredReader where Self: ~Copyable {
  /// Reads over two buffers, one after the other.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  public borrowing func read(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>
  ) throws(IOError) -> Int? {
    try unsafe first.withUnsafeMutableBufferPointer { first throws(IOError) -> Int? in
      try unsafe second.withUnsafeMutableBufferPointer { second throws(IOError) -> Int? in
        try unsafe read(
          into: UnsafeMutableRawBufferPointer(first), UnsafeMutableRawBufferPointer(second))
      }
    }
  }

  /// Reads over two buffers, one after the other.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  public borrowing func read(
    into first: inout MutableRawSpan, _ second: inout MutableRawSpan
  ) throws(IOError) -> Int? {
    try unsafe first.withUnsafeMutableBytes { first throws(IOError) -> Int? in
      try unsafe second.withUnsafeMutableBytes { second throws(IOError) -> Int? in
        try unsafe read(into: first, second)
      }
    }
  }

  private borrowing func read(
    into first: UnsafeMutableRawBufferPointer, _ second: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try unsafe withUnsafeTemporaryAllocation(of: UnsafeMutableRawBufferPointer.self, capacity: 2) {
      both throws(IOError) -> Int? in
      unsafe both.initializeElement(at: 0, to: first)
      unsafe both.initializeElement(at: 1, to: second)
      return try unsafe read(into: UnsafeBufferPointer(both))
    }
  }
}

extension VectoredWriter where Self: ~Copyable {
  /// Writes two buffers, one after the other, such as a header and a body.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  public borrowing func write(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe first.withUnsafeBufferPointer { first throws(IOError) -> Int? in
      try unsafe second.withUnsafeBufferPointer { second throws(IOError) -> Int? in
        try unsafe write(UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second))
      }
    }
  }

  /// Writes two buffers, one after the other, such as a header and a body.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  public borrowing func write(_ first: RawSpan, _ second: RawSpan) throws(IOError) -> Int? {
    try unsafe first.withUnsafeBytes { first throws(IOError) -> Int? in
      try unsafe second.withUnsafeBytes { second throws(IOError) -> Int? in
        try unsafe write(first, second)
      }
    }
  }

  private borrowing func write(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) throws(IOError) -> Int? {
    try unsafe withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: 2) {
      both throws(IOError) -> Int? in
      unsafe both.initializeElement(at: 0, to: first)
      unsafe both.initializeElement(at: 1, to: second)
      return try unsafe write(UnsafeBufferPointer(both))
    }
  }
}
