/// A non-blocking stream of bytes in both directions: TCP, Unix and mock streams.
///
/// Protocol code that is generic over its stream is tested with mock streams, without a kernel, and
/// then serves real ones.
///
/// All operations return `nil` when they would block; the selector then reports the direction again.
public protocol ByteStream: Source, ~Copyable {
  /// Reads into the free room of `buffer`, and appends what came.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there was no free room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, `.connectionReset` among others.
  borrowing func read(into buffer: inout OutputRawSpan) throws(IOError) -> Int?

  /// Reads over the start of `buffer`.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if `buffer` is empty; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, `.connectionReset` among others.
  borrowing func read(into buffer: inout MutableRawSpan) throws(IOError) -> Int?

  /// Reads into memory.
  ///
  /// - Returns: As ``read(into:)-(MutableRawSpan)``.
  /// - Throws: ``IOError``, `.connectionReset` among others.
  @unsafe borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int?

  /// Writes as many bytes as there is room for, from the start of `bytes`.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset` and others. No signal is raised.
  borrowing func write(_ bytes: RawSpan) throws(IOError) -> Int?

  /// Writes from memory.
  ///
  /// - Returns: As ``write(_:)-(RawSpan)``.
  /// - Throws: ``IOError``, as ``write(_:)-(RawSpan)``.
  @unsafe borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int?

  /// Ends one direction or both, for all holders of the stream.
  ///
  /// - Throws: ``IOError``, `.notConnected` among others.
  borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError)
}

/// Which directions to shut down.
@frozen
public enum ShutdownDirections: Sendable, Hashable {
  /// Nothing more will be read.
  case read
  /// Nothing more will be written; the peer reads the end of the stream.
  case write
  /// Both.
  case both
}
