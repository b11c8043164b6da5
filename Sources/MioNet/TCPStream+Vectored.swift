import CMioSocket
public import MioCore

/// How many buffers one vectored call uses at most: as many as fit on the stack without a thought.
///
/// All systems take that many; the rest of a longer list is left for the next call, as after a
/// short write.
private let maximumPieces = 64

extension TCPStream {
  /// Reads over several buffers, one after the other.
  ///
  /// - Parameter buffers: Where to read to; one call uses the first 64.
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `recvmsg(2)`.
  @unsafe
  public borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe receive(buffers.count) { unsafe UnsafeRawBufferPointer(buffers[$0]) }
  }

  /// Reads over two buffers, one after the other.
  ///
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `recvmsg(2)`.
  public borrowing func read(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>
  ) throws(IOError) -> Int? {
    try unsafe first.withUnsafeMutableBufferPointer { first throws(IOError) -> Int? in
      try unsafe second.withUnsafeMutableBufferPointer { second throws(IOError) -> Int? in
        try unsafe receive(2) { unsafe UnsafeRawBufferPointer($0 == 0 ? first : second) }
      }
    }
  }

  /// Writes several buffers, one after the other, as much as there is room for.
  ///
  /// - Parameter buffers: What to write; one call uses the first 64.
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `sendmsg(2)`, `MSG_NOSIGNAL`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe send(buffers.count) { unsafe buffers[$0] }
  }

  /// Writes two buffers, one after the other, as much as there is room for: a header and a body, say.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `sendmsg(2)`, `MSG_NOSIGNAL`.
  public borrowing func write(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe first.withUnsafeBufferPointer { first throws(IOError) -> Int? in
      try unsafe second.withUnsafeBufferPointer { second throws(IOError) -> Int? in
        try unsafe send(2) { unsafe UnsafeRawBufferPointer($0 == 0 ? first : second) }
      }
    }
  }

  private borrowing func receive(
    _ count: Int, _ buffer: (Int) -> UnsafeRawBufferPointer
  ) throws(IOError) -> Int? {
    try unsafe withPieces(count, buffer) { pieces throws(IOError) in
      try socket.transfer(.readable, .read) {
        unsafe c_mio_receive_pieces($0, pieces.baseAddress, pieces.count)
      }
    }
  }

  private borrowing func send(
    _ count: Int, _ buffer: (Int) -> UnsafeRawBufferPointer
  ) throws(IOError) -> Int? {
    try unsafe withPieces(count, buffer) { pieces throws(IOError) in
      try socket.transfer(.writable, .write) {
        unsafe c_mio_send_pieces($0, pieces.baseAddress, pieces.count)
      }
    }
  }

  /// Describes buffers to the system, on the stack.
  private borrowing func withPieces(
    _ count: Int, _ buffer: (Int) -> UnsafeRawBufferPointer,
    _ body: (UnsafeBufferPointer<c_mio_piece>) throws(IOError) -> Int?
  ) throws(IOError) -> Int? {
    let count = min(count, maximumPieces)
    return try unsafe withUnsafeTemporaryAllocation(of: c_mio_piece.self, capacity: count) {
      pieces throws(IOError) in
      for index in 0..<count {
        let bytes = unsafe buffer(index)
        unsafe pieces.initializeElement(
          at: index, to: c_mio_piece(base: UInt(bitPattern: bytes.baseAddress), count: bytes.count))
      }
      return try unsafe body(UnsafeBufferPointer(pieces))
    }
  }
}
