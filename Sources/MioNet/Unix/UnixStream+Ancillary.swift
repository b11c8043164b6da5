import CMioSocket
public import MioCore

extension UnixStream {
  /// Reads into memory, and takes the ancillary data that came with the bytes.
  ///
  /// A stream keeps no message boundaries. However, bytes with descriptors are never joined with
  /// bytes that were written after them.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of file, or if `buffer` is empty;
  ///   `nil` if reading would block.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: `recvmsg(2)`; `SCM_RIGHTS` in `unix(7)`.
  @unsafe
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer, ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> Int? {
    // Linux would return the descriptors of the next bytes without reading any of these bytes.
    if unsafe buffer.isEmpty {
      ancillary.removeAll()
      return 0
    }
    var envelope = unsafe c_mio_envelope(receiving: ancillary.emptiedBuffer())
    guard let count = try unsafe receiveMessage(into: buffer, &envelope, .read) else { return nil }
    ancillary.fill(envelope.control_count, flags: envelope.flags)
    return count
  }

  /// Reads into the start of `buffer`, and takes the ancillary data that came with the bytes.
  ///
  /// - Returns: As reading into memory.
  /// - Throws: ``IOError``, as reading does.
  /// - SeeAlso: `recvmsg(2)`; `SCM_RIGHTS` in `unix(7)`.
  public borrowing func read(
    into buffer: inout MutableSpan<UInt8>, ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> Int? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(bytes), ancillary: &ancillary)
    }
  }

  /// Writes from memory, and sends ancillary data with the first byte.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block, and nothing
  ///   was sent.
  /// - Throws: ``IOError``, as writing does; `.badDescriptor` or `.invalidArgument` for descriptors
  ///   that cannot be sent; `.invalidArgument` if there is ancillary data and no byte to send it
  ///   with.
  /// - SeeAlso: `sendmsg(2)`; `SCM_RIGHTS` in `unix(7)`.
  @unsafe
  public borrowing func write(
    _ bytes: UnsafeRawBufferPointer, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    // Linux would send nothing and report no error.
    guard unsafe !bytes.isEmpty || ancillary.isEmpty else {
      try IOError.raise(.invalidArgument, .write)
    }
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    return try unsafe sendMessage(bytes, &envelope, .write)
  }

  /// Writes bytes, and sends ancillary data with the first byte.
  ///
  /// - Returns: As writing from memory.
  /// - Throws: ``IOError``, as writing from memory.
  /// - SeeAlso: `sendmsg(2)`; `SCM_RIGHTS` in `unix(7)`.
  public borrowing func write(
    _ bytes: Span<UInt8>, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe write(UnsafeRawBufferPointer(bytes), ancillary: ancillary)
    }
  }
}
