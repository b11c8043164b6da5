/// A non-blocking socket for messages, such as a UDP, Unix datagram or mock socket.
///
/// An operation returns `nil` if it would block. The selector then reports the direction again.
public protocol DatagramSocket: Source, ~Copyable {
  /// The address of a peer.
  associatedtype Address

  /// Receives one message into the start of `buffer`, and overwrites its content.
  ///
  /// - Returns: The length of the message, its sender, and whether it was truncated; `nil` if
  ///   receiving would block.
  /// - Throws: ``IOError``.
  @unsafe
  borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<Address>?

  /// Sends one message as a whole.
  ///
  /// - Returns: The number of bytes that were sent, or `nil` if sending would block.
  /// - Throws: ``IOError`` with the kind `.messageTooLong` or another.
  @unsafe
  borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: Address
  ) throws(IOError) -> Int?
}
