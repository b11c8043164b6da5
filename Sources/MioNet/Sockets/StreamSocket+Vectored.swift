import CMioSocket
public import MioCore

extension StreamSocket where Self: ~Copyable {
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
    try unsafe withPieces(buffers.count) {
      unsafe UnsafeRawBufferPointer(buffers[$0])
    } _: { pieces throws(IOError) in
      try transfer(.readable, .read) {
        var envelope = c_mio_envelope()
        return unsafe c_mio_receive_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }

  /// Writes several buffers, one after the other.
  ///
  /// - Parameter buffers: What to write; one call uses the first 64.
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``, as writing does.
  /// - SeeAlso: mio 1.2.2 `write_vectored`; `sendmsg(2)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    try unsafe withPieces(buffers.count) {
      unsafe buffers[$0]
    } _: { pieces throws(IOError) in
      try transfer(.writable, .write) {
        var envelope = c_mio_envelope()
        return unsafe c_mio_send_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }
}
