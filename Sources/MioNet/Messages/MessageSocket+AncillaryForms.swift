import CMioSocket
public import MioCore

// Ancillary data of messages with the other forms of buffers: several buffers, and free capacity.

extension MessageSocket where Self: ~Copyable {
  /// Receives one message into several buffers, one after the other, and takes its ancillary data.
  ///
  /// - Returns: As receiving into one buffer.
  /// - Throws: ``IOError``, as receiving into several buffers.
  /// - SeeAlso: `recvmsg(2)`.
  @unsafe
  public borrowing func receive(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>,
    ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> ReceivedMessage<Address>? {
    var envelope = unsafe c_mio_envelope(receiving: ancillary.emptiedBuffer())
    guard let message = try unsafe receive(into: buffers, &envelope) else { return nil }
    ancillary.fill(envelope.control_count, flags: envelope.flags)
    return message
  }

  /// Receives one message into two buffers, one after the other, and takes its ancillary data.
  ///
  /// - Returns: As receiving into one buffer.
  /// - Throws: ``IOError``, as receiving into one buffer.
  public borrowing func receive(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>,
    ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe receive(into: buffers, ancillary: &ancillary)
    }
  }

  /// Receives one message, appends it to `buffer`, and takes its ancillary data.
  ///
  /// The message uses the free capacity of `buffer`.
  ///
  /// - Returns: As receiving without ancillary data.
  /// - Throws: ``IOError``, as receiving without ancillary data.
  public borrowing func receive(
    into buffer: inout OutputRawSpan, ancillary: inout ReceivedAncillaryData
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBytes {
      bytes, initialized throws(IOError) -> ReceivedMessage<Address>? in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[initialized...])
      guard let message = try unsafe receive(into: room, ancillary: &ancillary) else { return nil }
      initialized += message.count
      return message
    }
  }

  /// Sends several buffers, one after the other, to the peer as one message with ancillary data.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending several buffers.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    return try unsafe send(buffers, &envelope)
  }

  /// Sends two buffers, one after the other, to the peer as one message with ancillary data.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending one buffer.
  public borrowing func send(
    _ first: Span<UInt8>, _ second: Span<UInt8>, ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    return try unsafe withBoth(first, second) { buffers throws(IOError) in
      try unsafe send(buffers, &envelope)
    }
  }
}

extension AddressedSocket where Self: ~Copyable {
  /// Sends several buffers, one after the other, as one message with ancillary data.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending several buffers.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, to address: Address,
    ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    try envelope.address(to: address, .send)
    return try unsafe send(buffers, &envelope)
  }

  /// Sends two buffers, one after the other, as one message with ancillary data.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending one buffer.
  public borrowing func send(
    _ first: Span<UInt8>, _ second: Span<UInt8>, to address: Address,
    ancillary: borrowing AncillaryData
  ) throws(IOError) -> Int? {
    var envelope = unsafe c_mio_envelope(sending: ancillary.used)
    try envelope.address(to: address, .send)
    return try unsafe withBoth(first, second) { buffers throws(IOError) in
      try unsafe send(buffers, &envelope)
    }
  }
}
