import CMioSocket
public import MioCore

// Ancillary data of a stream with the other forms of buffers: several buffers, and free capacity.

extension UnixStream {
  /// Reads into several buffers, one after the other, and takes the ancillary data that came with
  /// the bytes.
  ///
  /// - Parameters:
  ///   - buffers: The destination; one call uses the first 64 buffers that are not empty.
  ///   - ancillary: The destination of the ancillary data.
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if all buffers are
  ///   empty; `nil` if reading would block.
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
      // A read of no bytes would take the descriptors that come with the next bytes.
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

  /// Reads into two buffers, one after the other, and takes the ancillary data that came with the
  /// bytes.
  ///
  /// - Returns: As reading into several buffers.
  /// - Throws: ``IOError``, as reading does.
  public borrowing func read(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>,
    ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> Int? {
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe read(into: buffers, ancillary: &ancillary)
    }
  }

  /// Reads bytes, appends them to `buffer`, and takes the ancillary data that came with them.
  ///
  /// The bytes use the free capacity of `buffer`.
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

  /// Writes several buffers, one after the other, and sends ancillary data with the first byte.
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
      // Linux would send nothing and report no error.
      if unsafe pieces.holdNothing && envelope.control_count > 0 {
        try IOError.raise(.invalidArgument, .write)
      }
      return try transfer(.writable, .write) {
        unsafe c_mio_send_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }

  /// Writes two buffers, one after the other, and sends ancillary data with the first byte.
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
