/// A source of bytes: the reading side of a stream, or the receiving end of a pipe.
///
/// Read through the forms that take spans; a conforming type implements the one that takes a pointer,
/// which the others call.
public protocol ByteReader: Source, ~Copyable {
  /// Reads into memory.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if `buffer` is empty; `nil` if
  ///   reading would block, which sockets say of an empty buffer too when nothing is there.
  /// - Throws: ``IOError``: `.connectionReset`, `.timedOut`, `.notConnected` and others.
  @unsafe
  borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int?
}

/// A destination of bytes: the writing side of a stream, or the sending end of a pipe.
///
/// Write through the forms that take spans; a conforming type implements the one that takes a pointer,
/// which the others call.
public protocol ByteWriter: Source, ~Copyable {
  /// Writes from memory, as many bytes as there is room for.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, `.notConnected` and others. No signal is
  ///   raised.
  @unsafe
  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int?
}

/// A non-blocking stream of bytes in both directions: TCP, Unix and mock streams.
///
/// Protocol code that is generic over its stream is tested with mock streams, without a kernel, and
/// then serves real ones.
///
/// All operations return `nil` when they would block; the selector then reports the direction again.
public protocol ByteStream: ByteReader, ByteWriter, ~Copyable {
  /// Ends one direction or both, for all holders of the stream.
  ///
  /// - Throws: ``IOError``: `.notConnected` and others.
  borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError)
}
