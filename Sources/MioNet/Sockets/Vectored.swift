public import MioCore

/// A source of bytes that can be read over several buffers with one system call.
public protocol VectoredReader: ByteReader, ~Copyable {
  /// Reads over several buffers, one after the other.
  ///
  /// - Parameter buffers: Where to read to; one call uses the first 64 that are not empty.
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
  /// - Parameter buffers: What to write; one call uses the first 64 that are not empty.
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
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe read(into: buffers)
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
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe read(into: buffers)
    }
  }
}

extension VectoredWriter where Self: ~Copyable {
  /// Writes two buffers, one after the other, such as a header and a body.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  public borrowing func write(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in try unsafe write(buffers) }
  }

  /// Writes two buffers, one after the other, such as a header and a body.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  public borrowing func write(_ first: RawSpan, _ second: RawSpan) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in try unsafe write(buffers) }
  }
}
