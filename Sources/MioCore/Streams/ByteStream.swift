/// A source of bytes: the reading side of a stream, or the receiving end of a pipe.
///
/// Callers read with the functions that take spans. A conforming type implements the function that
/// takes a pointer, which the others call.
public protocol ByteReader: Source, ~Copyable {
  /// Reads into memory.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream, or if `buffer` is
  ///   empty; `nil` if reading would block. A socket without data also returns `nil` for an empty
  ///   `buffer`.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or
  ///   another.
  @unsafe
  borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int?
}

/// A destination of bytes: the writing side of a stream, or the sending end of a pipe.
///
/// Callers write with the functions that take spans. A conforming type implements the function that
/// takes a pointer, which the others call.
public protocol ByteWriter: Source, ~Copyable {
  /// Writes as many bytes from memory as fit.
  ///
  /// - Returns: The number of bytes that were written, or `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or
  ///   another. No signal is raised.
  @unsafe
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int?
}

/// A non-blocking stream of bytes in both directions, such as a TCP, Unix or mock stream.
///
/// Protocol code that is generic over its stream can be tested with mock streams, without a kernel,
/// and used with real streams.
///
/// An operation returns `nil` if it would block. The selector then reports the direction again.
public protocol ByteStream: ByteReader, ByteWriter, ~Copyable {
  /// Shuts down one direction or both, for all holders of the stream.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` or another.
  borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError)
}
