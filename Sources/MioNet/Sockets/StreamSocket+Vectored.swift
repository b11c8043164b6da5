public import MioCore

extension StreamSocket where Self: ~Copyable {
  /// Reads into several buffers, one after the other.
  ///
  /// - Parameter buffers: The destination; one call uses the first 64 buffers that are not empty.
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if all buffers are
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into one buffer.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `recvmsg(2)`.
  @unsafe
  public borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe readBytes(into: buffers)
  }

  /// Writes several buffers, one after the other.
  ///
  /// - Parameter buffers: The bytes to write; one call uses the first 64 buffers that are not
  ///   empty.
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing one buffer.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `sendmsg(2)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe writeBytes(buffers)
  }
}
