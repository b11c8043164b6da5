public import CMioSocket
public import MioCore

/// A socket for a stream of bytes.
public protocol StreamSocket: ConnectableSocket, ByteStream, VectoredReader, VectoredWriter,
  ~Copyable
{}

extension StreamSocket where Self: ~Copyable {
  /// Reads into memory.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if `buffer` is empty;
  ///   `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected`, or
  ///   another.
  /// - SeeAlso: `recv(2)`.
  @unsafe
  @inlinable
  @inline(__always)
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try unsafe readBytes(into: buffer)
  }

  /// Writes from memory.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected`, or
  ///   another.
  /// - SeeAlso: `send(2)`, `MSG_NOSIGNAL`.
  @unsafe
  @inlinable
  @inline(__always)
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try unsafe writeBytes(bytes)
  }

  /// Reads into memory without consuming the bytes.
  ///
  /// - Returns: As ``peek(into:)-(MutableSpan<UInt8>)``.
  /// - Throws: ``IOError``, as reading does.
  @unsafe
  @inlinable
  @inline(__always)
  public borrowing func peek(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try transfer(.readable, .read) {
      unsafe c_mio_peek($0, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads into the start of `buffer` without consuming the bytes, so that the next read returns
  /// them again.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if `buffer` is empty;
  ///   `nil` if reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: mio 1.2.2 `TcpStream::peek`; `recv(2)`, `MSG_PEEK`.
  @inlinable
  public borrowing func peek(into buffer: inout MutableSpan<UInt8>) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) -> Int? in
      try unsafe peek(into: UnsafeMutableRawBufferPointer(bytes))
    }
  }

  /// Reads into the start of `buffer` without consuming the bytes.
  ///
  /// - Returns: As ``peek(into:)-(MutableSpan<UInt8>)``.
  /// - Throws: ``IOError``, as reading does.
  @inlinable
  public borrowing func peek(into buffer: inout MutableRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) -> Int? in
      try unsafe peek(into: bytes)
    }
  }
}
