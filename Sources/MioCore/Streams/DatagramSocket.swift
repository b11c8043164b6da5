/// A non-blocking socket for messages: UDP, Unix datagram and mock sockets.
///
/// All operations return `nil` when they would block; the selector then reports the direction again.
public protocol DatagramSocket: Source, ~Copyable {
  /// What names a peer.
  associatedtype Address

  /// Receives one message over the start of `buffer`.
  ///
  /// - Returns: How long it is, who sent it, and whether it was cut; `nil` if receiving would block.
  /// - Throws: ``IOError``.
  @unsafe
  borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<Address>?

  /// Sends one message, whole.
  ///
  /// - Returns: How many bytes were sent; `nil` if sending would block.
  /// - Throws: ``IOError``, `.messageTooLong` among others.
  @unsafe
  borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: Address
  ) throws(IOError) -> Int?
}
