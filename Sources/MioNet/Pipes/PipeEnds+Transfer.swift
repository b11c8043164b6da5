import CMioSocket
public import MioCore

extension PipeReceiver: VectoredReader {
  /// Reads into memory.
  ///
  /// - Returns: The number of bytes that were read; 0 if no writing end is open any more, or if
  ///   `buffer` is empty; `nil` if reading would block.
  /// - Throws: ``IOError``.
  /// - SeeAlso: `readv(2)`.
  @unsafe
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try transfer(.readable, .read) {
      var piece = unsafe c_mio_piece(UnsafeRawBufferPointer(buffer))
      return unsafe c_mio_pipe_read($0, &piece, 1)
    }
  }

  /// Reads into several buffers, one after the other.
  ///
  /// - Parameter buffers: The destination; one call uses the first 64 buffers that are not empty.
  /// - Returns: As reading into one buffer.
  /// - Throws: ``IOError``, as reading into one buffer.
  /// - SeeAlso: mio 1.2.2 `read_vectored`; `readv(2)`.
  @unsafe
  public borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe withPieces(buffers.count) {
      unsafe UnsafeRawBufferPointer(buffers[$0])
    } _: { pieces throws(IOError) in
      try transfer(.readable, .read) {
        unsafe c_mio_pipe_read($0, pieces.baseAddress, pieces.count)
      }
    }
  }
}

extension PipeSender: VectoredWriter {
  /// Writes from memory.
  ///
  /// The system writes up to `PIPE_BUF` bytes as a whole or not at all: 4,096 bytes on Linux, 512
  /// bytes on Apple's systems and the BSDs.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe` if no reading end is open any more.
  /// - SeeAlso: `writev(2)`.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.writable, .write) {
      var piece = unsafe c_mio_piece(bytes)
      return unsafe c_mio_pipe_write($0, &piece, 1)
    }
  }

  /// Writes several buffers, one after the other.
  ///
  /// - Parameter buffers: The bytes to write; one call uses the first 64 buffers that are not
  ///   empty.
  /// - Returns: As writing one buffer.
  /// - Throws: ``IOError``, as writing one buffer.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `writev(2)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe withPieces(buffers.count) {
      unsafe buffers[$0]
    } _: { pieces throws(IOError) in
      try transfer(.writable, .write) {
        unsafe c_mio_pipe_write($0, pieces.baseAddress, pieces.count)
      }
    }
  }
}
