extension DatagramSocket where Self: ~Copyable {
  /// Receives one message into the free capacity of `buffer`, and appends it.
  ///
  /// - Returns: The length of the message, its sender, and whether it was truncated; `nil` if
  ///   receiving would block.
  /// - Throws: ``IOError``.
  @inlinable
  public borrowing func receive(
    into buffer: inout OutputRawSpan
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBytes {
      bytes, initialized throws(IOError) -> ReceivedMessage<Address>? in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[initialized...])
      guard let message = try unsafe receive(into: room) else { return nil }
      initialized += message.count
      return message
    }
  }

  /// Receives one message into the start of `buffer`, and overwrites its content.
  ///
  /// - Returns: The length of the message, its sender, and whether it was truncated; `nil` if
  ///   receiving would block.
  /// - Throws: ``IOError``.
  @inlinable
  public borrowing func receive(
    into buffer: inout MutableRawSpan
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBytes {
      bytes throws(IOError) -> ReceivedMessage<Address>? in
      try unsafe receive(into: bytes)
    }
  }

  /// Sends one message as a whole.
  ///
  /// - Returns: The number of bytes that were sent, or `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.messageTooLong` or another.
  @inlinable
  public borrowing func send(_ bytes: RawSpan, to address: Address) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBytes { bytes throws(IOError) -> Int? in
      try unsafe send(bytes, to: address)
    }
  }
}

// The same for typed bytes: under strict memory safety the raw bytes of an array are unsafe.
extension DatagramSocket where Self: ~Copyable {
  /// Receives one message into the start of `buffer`, and overwrites its content.
  ///
  /// - Returns: The length of the message, its sender, and whether it was truncated; `nil` if
  ///   receiving would block.
  /// - Throws: ``IOError``.
  @inlinable
  public borrowing func receive(
    into buffer: inout MutableSpan<UInt8>
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try unsafe buffer.withUnsafeMutableBufferPointer {
      bytes throws(IOError) -> ReceivedMessage<Address>? in
      try unsafe receive(into: UnsafeMutableRawBufferPointer(bytes))
    }
  }

  /// Sends one message as a whole.
  ///
  /// - Returns: The number of bytes that were sent, or `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.messageTooLong` or another.
  @inlinable
  public borrowing func send(_ bytes: Span<UInt8>, to address: Address) throws(IOError) -> Int? {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) -> Int? in
      try unsafe send(UnsafeRawBufferPointer(bytes), to: address)
    }
  }
}
