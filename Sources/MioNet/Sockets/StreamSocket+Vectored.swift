public import MioCore

extension StreamSocket where Self: ~Copyable {
  /// Reads over several buffers, one after the other.
  ///
  /// - Parameter buffers: Where to read to; one call uses the first 64 that are not empty.
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `recvmsg(2)`.
  @unsafe
  public borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe readBytes(into: buffers)
  }

  /// Writes several buffers, one after the other.
  ///
  /// - Parameter buffers: What to write; one call uses the first 64 that are not empty.
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `sendmsg(2)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe writeBytes(buffers)
  }
}
