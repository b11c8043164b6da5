public import CMioSocket
public import MioCore

/// A socket for messages: datagrams, or packets in order.
///
/// A receive reports the address of the sender if the sender has an address.
public protocol MessageSocket: ConnectableSocket, ~Copyable {}

// MARK: - Memory

extension MessageSocket where Self: ~Copyable {
  /// Receives one message into the start of `buffer`.
  ///
  /// - Returns: The length, the sender, and whether the message was truncated; `nil` if receiving
  ///   would block.
  /// - Throws: ``IOError``. For a connected datagram socket, `.connectionRefused` means that no
  ///   socket received an earlier message.
  /// - SeeAlso: mio 1.2.2 `recv_from` and `recv`; `recvmsg(2)`.
  @unsafe
  @inlinable
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<Address>? {
    var envelope = c_mio_envelope()
    return try unsafe receive(into: buffer, &envelope)
  }

  /// Receives a message into the start of `buffer` and leaves it in the queue, so that the next
  /// receive returns it again.
  ///
  /// - Returns: As receiving does.
  /// - Throws: ``IOError``, as receiving does.
  /// - SeeAlso: mio 1.2.2 `peek_from` and `peek`; `recvmsg(2)`, `MSG_PEEK`.
  @unsafe
  @inlinable
  public borrowing func peek(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<Address>? {
    var envelope = c_mio_envelope()
    envelope.flags = C_MIO_MESSAGE_PEEK
    return try unsafe receive(into: buffer, &envelope)
  }

  /// Receives one message and its ancillary data.
  ///
  /// - Returns: As receiving without ancillary data.
  /// - Throws: ``IOError``, as receiving without ancillary data.
  /// - SeeAlso: `recvmsg(2)`.
  @unsafe
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer, ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> ReceivedMessage<Address>? {
    var envelope = unsafe c_mio_envelope(receiving: ancillary.emptiedBuffer())
    guard let message = try unsafe receive(into: buffer, &envelope) else { return nil }
    ancillary.fill(envelope.control_count, flags: envelope.flags)
    return message
  }

  @inlinable
  borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer, _ envelope: inout c_mio_envelope
  ) throws(IOError) -> ReceivedMessage<Address>? {
    guard let count = try unsafe receiveMessage(into: buffer, &envelope) else { return nil }
    return ReceivedMessage(count: count, envelope)
  }

  /// Sends one message as a whole to the peer.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.destinationRequired` or `.notConnected` for a socket
  ///   without a peer, `.messageTooLong`, `.connectionRefused`, or another.
  /// - SeeAlso: mio 1.2.2 `send`; `send(2)`.
  @unsafe
  @inlinable
  public borrowing func send(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try transfer(.writable, .send) {
      unsafe c_mio_send($0, bytes.baseAddress, bytes.count)
    }
  }

  /// Sends one message with ancillary data to the peer.
  ///
  /// - Returns: As sending without ancillary data.
  /// - Throws: ``IOError``, as sending without ancillary data.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    return try unsafe sendMessage(bytes, &envelope)
  }
}

// MARK: - Spans

extension MessageSocket where Self: ~Copyable {
  /// Receives a message into the start of `buffer` and leaves it in the queue, so that the next
  /// receive returns it again.
  ///
  /// - Returns: As receiving does.
  /// - Throws: ``IOError``, as receiving does.
  /// - SeeAlso: mio 1.2.2 `peek_from` and `peek`; `recvmsg(2)`, `MSG_PEEK`.
  @inlinable
  public borrowing func peek(
    into buffer: inout MutableSpan<UInt8>
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe peek(into: UnsafeMutableRawBufferPointer(bytes))
    }
  }

  /// Receives one message and its ancillary data.
  ///
  /// - Returns: As receiving without ancillary data.
  /// - Throws: ``IOError``, as receiving without ancillary data.
  /// - SeeAlso: `recvmsg(2)`.
  public borrowing func receive(
    into buffer: inout MutableSpan<UInt8>, ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe receive(into: UnsafeMutableRawBufferPointer(bytes), ancillary: &ancillary)
    }
  }

  /// Sends one message as a whole to the peer.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.destinationRequired` or `.notConnected` for a socket
  ///   without a peer, `.messageTooLong`, `.connectionRefused`, or another.
  /// - SeeAlso: mio 1.2.2 `send`; `send(2)`.
  @inlinable
  public borrowing func send(_ bytes: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe send(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Sends one message as a whole to the peer.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError``, as sending typed bytes.
  @inlinable
  public borrowing func send(_ bytes: RawSpan) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBytes { bytes throws(IOError) in try unsafe send(bytes) }
  }

  /// Sends one message with ancillary data to the peer.
  ///
  /// - Returns: As sending without ancillary data.
  /// - Throws: ``IOError``, as sending without ancillary data.
  /// - SeeAlso: `sendmsg(2)`.
  public borrowing func send(
    _ bytes: Span<UInt8>, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe send(UnsafeRawBufferPointer(bytes), ancillary: ancillary)
    }
  }
}
