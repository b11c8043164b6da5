public import MioCore

// The operations of a socket whose type is a stream, such as vsock(7) or RFCOMM of Bluetooth.
extension GenericSocket: ByteStream, VectoredReader, VectoredWriter {
  /// Reads bytes of a stream into memory.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if `buffer` is empty;
  ///   `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.notConnected`, or another.
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
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected`, or
  ///   another.
  /// - SeeAlso: `send(2)`, `MSG_NOSIGNAL`.
  @unsafe
  @inlinable
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe writeBytes(bytes)
  }

  /// Reads into several buffers, one after the other.
  ///
  /// - Parameter buffers: The destination; one call uses the first 64 buffers that are not empty.
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if all buffers are
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into one buffer.
  /// - SeeAlso: `recvmsg(2)`.
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
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe writeBytes(buffers)
  }

  /// Returns the state of a connect that was still in progress when
  /// ``AddressedSocket/connect(to:)`` returned.
  ///
  /// - Returns: Whether the connection is established; if it is not, wait until the socket is
  ///   writable.
  /// - Throws: ``IOError`` with the reason of the failure, as ``TCPStream/finishConnect()``.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try connectStatus()
  }
}
