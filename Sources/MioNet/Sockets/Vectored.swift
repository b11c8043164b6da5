public import MioCore

/// A source of bytes that one system call can read into several buffers.
public protocol VectoredReader: ByteReader, ~Copyable {
  /// Reads into several buffers, one after the other.
  ///
  /// - Parameter buffers: The destination; one call uses the first 64 buffers that are not empty.
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if all buffers are
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into one buffer.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `readv(2)`.
  @unsafe
  borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int?
}

/// A destination of bytes that one system call can write from several buffers.
public protocol VectoredWriter: ByteWriter, ~Copyable {
  /// Writes several buffers, one after the other.
  ///
  /// - Parameter buffers: The bytes to write; one call uses the first 64 buffers that are not
  ///   empty.
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing one buffer.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `writev(2)`.
  @unsafe
  borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int?
}

extension VectoredReader where Self: ~Copyable {
  /// Reads into two buffers, one after the other.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if both buffers are
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into one buffer.
  public borrowing func read(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>
  ) throws(IOError) -> Int? {
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe read(into: buffers)
    }
  }

  /// Reads into two buffers, one after the other.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if both buffers are
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into one buffer.
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
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing one buffer.
  public borrowing func write(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in try unsafe write(buffers) }
  }

  /// Writes two buffers, one after the other, such as a header and a body.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing one buffer.
  public borrowing func write(_ first: RawSpan, _ second: RawSpan) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in try unsafe write(buffers) }
  }
}
