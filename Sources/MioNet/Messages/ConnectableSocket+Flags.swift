import CMioSocket
public import MioCore

// Operations that the named operations do not cover, such as urgent data and the error queue.
extension ConnectableSocket where Self: ~Copyable {
  /// Receives into the start of `buffer`, and takes the ancillary data, with flags of the caller.
  ///
  ///     try socket.set(SocketOption<Bool>(level: Int32(IPPROTO_IP), name: IP_RECVERR), to: true)
  ///     let refused = try socket.receive(
  ///       into: &room, ancillary: &received, flags: Int32(MSG_ERRQUEUE))
  ///
  /// - Parameters:
  ///   - buffer: The destination of the bytes.
  ///   - ancillary: The destination of the ancillary data.
  ///   - flags: The flags, such as `MSG_OOB`, `MSG_ERRQUEUE` or `MSG_TRUNC`. With `MSG_PEEK` only
  ///     Linux reports ancillary data.
  /// - Returns: The length, the sender, and whether the message was truncated; `nil` if receiving
  ///   would block. With `MSG_TRUNC` the length on Linux is that of the whole message.
  /// - Throws: ``IOError``, as receiving and reading do.
  /// - SeeAlso: `recvmsg(2)`.
  public borrowing func receive(
    into buffer: inout MutableSpan<UInt8>, ancillary: inout ReceivedAncillaryData, flags: Int32
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe receive(
        into: UnsafeMutableRawBufferPointer(bytes), ancillary: &ancillary, flags: flags)
    }
  }

  /// Receives into memory, and takes the ancillary data, with flags of the caller.
  ///
  /// - Returns: As receiving into a span with flags.
  /// - Throws: ``IOError``, as receiving and reading do.
  /// - SeeAlso: `recvmsg(2)`.
  @unsafe
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer, ancillary: inout ReceivedAncillaryData,
    flags: Int32
  ) throws(IOError) -> ReceivedMessage<Address>? {
    var envelope = unsafe c_mio_envelope(receiving: ancillary.emptiedBuffer())
    envelope.more_flags = flags
    guard let count = try unsafe receiveMessage(into: buffer, &envelope) else { return nil }
    ancillary.fill(envelope.control_count, flags: envelope.flags)
    return ReceivedMessage(count: count, envelope)
  }

  /// Sends bytes and ancillary data, with flags of the caller.
  ///
  /// - Parameters:
  ///   - bytes: The bytes to send. A stream sends ancillary data only with at least one byte.
  ///   - address: The destination; `nil` for a socket with a peer.
  ///   - ancillary: The ancillary data to send with the bytes.
  ///   - flags: The flags, such as `MSG_OOB`, `MSG_MORE` or `MSG_CONFIRM`. The call never raises a
  ///     signal.
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError``, as sending and writing do.
  /// - SeeAlso: `sendmsg(2)`.
  public borrowing func send(
    _ bytes: Span<UInt8>, to address: Address? = nil, ancillary: borrowing AncillaryData,
    flags: Int32
  ) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe send(
        UnsafeRawBufferPointer(bytes), to: address, ancillary: ancillary, flags: flags)
    }
  }

  /// Sends bytes in memory and ancillary data, with flags of the caller.
  ///
  /// - Returns: As sending a span with flags.
  /// - Throws: ``IOError``, as sending and writing do.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: Address? = nil,
    ancillary: borrowing AncillaryData, flags: Int32
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    envelope.more_flags = flags
    if let address { try envelope.address(to: address, .send) }
    return try unsafe sendMessage(bytes, &envelope)
  }
}
