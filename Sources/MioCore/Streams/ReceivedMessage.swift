/// What is known of a message that was received.
@frozen
public struct ReceivedMessage<Address> {
  /// How many bytes of it are in the buffer.
  public let count: Int

  /// Who sent it, if the system says.
  public let sender: Address?

  /// Whether the message was longer than the room for it; the rest is lost.
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
