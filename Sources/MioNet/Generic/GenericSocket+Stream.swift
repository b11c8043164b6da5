public import MioCore

// A socket of a family whose type is a stream, such as vsock(7) or Bluetooth's RFCOMM.
extension GenericSocket: ByteStream, VectoredReader, VectoredWriter {
  /// Reads bytes of a stream into memory.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if `buffer` is empty; `nil` if reading would
  ///   block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.notConnected` or another.
  /// - SeeAlso: `recv(2)`.
  @unsafe
  @inlinable
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try unsafe readBytes(into: buffer)
  }

  /// Writes bytes of a stream from memory.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or another.
  /// - SeeAlso: `send(2)`, `MSG_NOSIGNAL`.
  @unsafe
  @inlinable
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe writeBytes(bytes)
  }

  /// Reads over several buffers, one after the other.
  ///
  /// - Parameter buffers: Where to read to; one call uses the first 64 that are not empty.
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if reading would
  ///   block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: `recvmsg(2)`.
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
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe writeBytes(buffers)
  }

  /// Finds out how a connect went that was still under way when ``AddressedSocket/connect(to:)`` returned.
  ///
  /// - Returns: Whether the connection is there yet; if not, wait until the socket is writable.
  /// - Throws: ``IOError`` with the reason of the failure, as ``TCPStream/finishConnect()``.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try connectStatus()
  }
}
