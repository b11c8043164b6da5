/// The description of a received message.
@frozen
public struct ReceivedMessage<Address> {
  /// The number of its bytes that are in the buffer.
  public let count: Int

  /// The sender of the message, if the system reports it.
  public let sender: Address?

  /// Whether the message was longer than the buffer, and its rest is lost.
  public let isTruncated: Bool

  /// Creates the description of a message.
  @inlinable
  public init(count: Int, sender: Address?, isTruncated: Bool) {
    self.count = count
    self.sender = sender
    self.isTruncated = isTruncated
  }
}

extension ReceivedMessage: Sendable where Address: Sendable {}
extension ReceivedMessage: Equatable where Address: Equatable {}
