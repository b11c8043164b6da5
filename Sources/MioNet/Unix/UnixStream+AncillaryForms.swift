import CMioSocket
public import MioCore

// What goes beside the bytes of a stream, with the other forms of buffers: several, and free room.

extension UnixStream {
  /// Reads over several buffers, one after the other, and takes what came with the bytes.
  ///
  /// - Parameters:
  ///   - buffers: Where to read to; one call uses the first 64 that are not empty.
  ///   - ancillary: What came with the bytes.
  /// - Returns: How many bytes came; 0 at the end of the stream, or if there is no room; `nil` if
  ///   reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: `recvmsg(2)`; `SCM_RIGHTS` in `unix(7)`.
  @unsafe
  public borrowing func read(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>,
    ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(receiving: ancillary.emptiedBuffer())
    let count = try unsafe withPieces(buffers.count) {
      unsafe UnsafeRawBufferPointer(buffers[$0])
    } _: { pieces throws(IOError) in
      // Reading nothing would take descriptors that come with the next bytes.
      if unsafe pieces.holdNothing {
        envelope.control_count = 0
        return 0
      }
      return try transfer(.readable, .read) {
        unsafe c_mio_receive_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
    if count != nil { ancillary.fill(envelope.control_count, flags: envelope.flags) }
    return count
  }

  /// Reads over two buffers, one after the other, and takes what came with the bytes.
  ///
  /// - Returns: As reading over several buffers.
  /// - Throws: ``IOError``, as reading does.
  public borrowing func read(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>,
    ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> Int? {
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe read(into: buffers, ancillary: &ancillary)
    }
  }

  /// Reads into the free room of `buffer`, appends what came, and takes what came with it.
  ///
  /// - Returns: As reading into memory.
  /// - Throws: ``IOError``, as reading does.
  public borrowing func read(
    into buffer: inout OutputRawSpan, ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBytes { bytes, initialized throws(IOError) -> Int? in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[initialized...])
      guard let count = try unsafe read(into: room, ancillary: &ancillary) else { return nil }
      initialized += count
      return count
    }
  }

  /// Writes several buffers, one after the other, and sends something along with the first byte.
  ///
  /// - Returns: As writing from memory; one call uses the first 64 buffers that are not empty.
  /// - Throws: ``IOError``, as writing from memory.
  /// - SeeAlso: `sendmsg(2)`; `SCM_RIGHTS` in `unix(7)`.
  @unsafe
  public borrowing func write(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    return try unsafe withPieces(buffers.count) {
      unsafe buffers[$0]
    } _: { pieces throws(IOError) in
      // Linux would send nothing, and say nothing.
      if unsafe pieces.holdNothing && envelope.control_count > 0 {
        try IOError.raise(.invalidArgument, .write)
      }
      return try transfer(.writable, .write) {
        unsafe c_mio_send_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }

  /// Writes two buffers, one after the other, and sends something along with the first byte.
  ///
  /// - Returns: As writing from memory.
  /// - Throws: ``IOError``, as writing from memory.
  public borrowing func write(
    _ first: Span<UInt8>, _ second: Span<UInt8>, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in
      try unsafe write(buffers, ancillary: ancillary)
    }
  }
}
