public import CMioSocket
public import MioCore

extension TCPStream: ByteStream {
  /// Reads into memory.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if `buffer` is empty; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or another.
  /// - SeeAlso: `recv(2)`.
  @unsafe
  @inlinable
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try socket.transfer(.readable, .read) {
      unsafe c_mio_receive($0, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads into the free room of `buffer`, and appends what came.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there was no free room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or another.
  /// - SeeAlso: mio 1.2.2 `Read for TcpStream`; `recv(2)`.
  @inlinable
  public borrowing func read(into buffer: inout OutputRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes, initialized throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[initialized...])
      guard let count = try unsafe read(into: room) else { return nil }
      initialized += count
      return count
    }
  }

  /// Reads over the start of `buffer`.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if `buffer` is empty; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, `.timedOut`, `.notConnected` or another.
  /// - SeeAlso: mio 1.2.2 `Read for TcpStream`; `recv(2)`.
  @inlinable
  public borrowing func read(into buffer: inout MutableRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) -> Int? in
      try unsafe read(into: bytes)
    }
  }

  /// Writes from memory.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or another.
  /// - SeeAlso: `send(2)`, `MSG_NOSIGNAL`.
  @unsafe
  @inlinable
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try socket.transfer(.writable, .write) {
      unsafe c_mio_send($0, bytes.baseAddress, bytes.count)
    }
  }

  /// Writes as many bytes as there is room for, from the start of `bytes`.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe`, `.connectionReset`, `.notConnected` or another.
  ///   No signal is raised.
  /// - SeeAlso: mio 1.2.2 `Write for TcpStream`; `send(2)`, `MSG_NOSIGNAL`.
  @inlinable
  public borrowing func write(_ bytes: RawSpan) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBytes { bytes throws(IOError) -> Int? in
      try unsafe write(bytes)
    }
  }

  /// Reads into memory what stays to be read.
  ///
  /// - Returns: As ``peek(into:)-(MutableRawSpan)``.
  /// - Throws: ``IOError``, as reading does.
  @unsafe
  @inlinable
  public borrowing func peek(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try socket.transfer(.readable, .read) {
      unsafe c_mio_peek($0, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads over the start of `buffer` what stays to be read: the next read returns it again.
  ///
  /// - Returns: How many bytes there are; 0 at the end of the stream, or if `buffer` is empty; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: mio 1.2.2 `TcpStream::peek`; `recv(2)`, `MSG_PEEK`.
  @inlinable
  public borrowing func peek(into buffer: inout MutableRawSpan) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) -> Int? in
      try unsafe peek(into: bytes)
    }
  }
}
