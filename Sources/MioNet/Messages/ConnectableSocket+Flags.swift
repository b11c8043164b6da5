import CMioSocket
public import MioCore

// What the operations with names cannot do: urgent data, the queue of errors, more to come.
extension ConnectableSocket where Self: ~Copyable {
  /// Receives over the start of `buffer`, and takes what came beside the bytes, with flags of yours.
  ///
  ///     try socket.set(SocketOption<Bool>(level: Int32(IPPROTO_IP), name: IP_RECVERR), to: true)
  ///     let refused = try socket.receive(
  ///       into: &room, ancillary: &received, flags: Int32(MSG_ERRQUEUE))
  ///
  /// - Parameters:
  ///   - buffer: Where to receive to.
  ///   - ancillary: What came beside the bytes.
  ///   - flags: Such as `MSG_OOB`, `MSG_ERRQUEUE` or `MSG_TRUNC`. Only Linux tells with `MSG_PEEK` what
  ///     came beside the bytes.
  /// - Returns: How long it is, who sent it, and whether it was cut; `nil` if receiving would block. With
  ///   `MSG_TRUNC` it says how long the whole message is.
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

  /// Receives into memory, and takes what came beside the bytes, with flags of yours.
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

  /// Sends bytes, and what is to go beside them, with flags of yours.
  ///
  /// - Parameters:
  ///   - bytes: What to send; over a stream at least one byte, or nothing goes beside it.
  ///   - address: Where to; `nil` for a socket with a peer.
  ///   - ancillary: What is to go beside the bytes.
  ///   - flags: Such as `MSG_OOB`, `MSG_MORE` or `MSG_CONFIRM`. No signal is raised in any case.
  /// - Returns: How many bytes were sent; `nil` if sending would block.
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

  /// Sends bytes in memory, and what is to go beside them, with flags of yours.
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
