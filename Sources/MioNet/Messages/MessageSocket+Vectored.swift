import CMioSocket
public import MioCore

extension MessageSocket where Self: ~Copyable {
  /// Receives one message into several buffers, one after the other.
  ///
  /// - Parameter buffers: The destination; at most 64 buffers that are not empty.
  /// - Returns: As receiving into one buffer.
  /// - Throws: ``IOError``, as receiving into one buffer; `.messageTooLong` for more than 64
  ///   buffers that are not empty.
  /// - SeeAlso: `recvmsg(2)`.
  @unsafe
  public borrowing func receive(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>
  ) throws(IOError) -> ReceivedMessage<Address>? {
    var envelope = c_mio_envelope()
    return try unsafe receive(into: buffers, &envelope)
  }

  borrowing func receive(
    into buffers: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>,
    _ envelope: inout c_mio_envelope
  ) throws(IOError) -> ReceivedMessage<Address>? {
    let count = try unsafe withMessagePieces(buffers.count, .receive) {
      unsafe UnsafeRawBufferPointer(buffers[$0])
    } _: { pieces throws(IOError) in
      try transfer(.readable, .receive) {
        unsafe c_mio_receive_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
    return count.map { ReceivedMessage(count: $0, envelope) }
  }

  /// Receives one message into two buffers, one after the other, such as a header and a body.
  ///
  /// - Returns: As receiving into one buffer.
  /// - Throws: ``IOError``, as receiving into one buffer.
  public borrowing func receive(
    into first: inout MutableSpan<UInt8>, _ second: inout MutableSpan<UInt8>
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe withBoth(&first, &second) { buffers throws(IOError) in
      try unsafe receive(into: buffers)
    }
  }

  /// Sends several buffers, one after the other, to the peer as one message.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending one buffer; `.messageTooLong` for more than 64 buffers that
  ///   are not empty.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>
  ) throws(IOError) -> Int? {
    var envelope = c_mio_envelope()
    return try unsafe send(buffers, &envelope)
  }

  /// Sends two buffers, one after the other, to the peer as one message, such as a header and a
  /// body.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending one buffer.
  public borrowing func send(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in try unsafe send(buffers) }
  }

  borrowing func send(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, _ envelope: inout c_mio_envelope
  ) throws(IOError) -> Int? {
    try unsafe withMessagePieces(buffers.count, .send) {
      unsafe buffers[$0]
    } _: { pieces throws(IOError) in
      try transfer(.writable, .send) {
        unsafe c_mio_send_message($0, pieces.baseAddress, pieces.count, &envelope)
      }
    }
  }
}

extension AddressedSocket where Self: ~Copyable {
  /// Sends several buffers, one after the other, as one message.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending one buffer; `.messageTooLong` for more than 64 buffers that
  ///   are not empty.
  /// - SeeAlso: `sendmsg(2)`.
  @unsafe
  public borrowing func send(
    _ buffers: UnsafeBufferPointer<UnsafeRawBufferPointer>, to address: Address
  ) throws(IOError) -> Int? {
    var envelope = c_mio_envelope()
    try envelope.address(to: address, .send)
    return try unsafe send(buffers, &envelope)
  }

  /// Sends two buffers, one after the other, as one message, such as a header and a body.
  ///
  /// - Returns: As sending one buffer.
  /// - Throws: ``IOError``, as sending one buffer.
  public borrowing func send(
    _ first: Span<UInt8>, _ second: Span<UInt8>, to address: Address
  ) throws(IOError) -> Int? {
    try unsafe withBoth(first, second) { buffers throws(IOError) in
      try unsafe send(buffers, to: address)
    }
  }
}
