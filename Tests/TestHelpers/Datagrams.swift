public import MioCore
public import MioNet

/// A datagram and its sender.
public struct Datagram<Address: Hashable & Sendable>: Hashable, Sendable {
  /// The bytes of the datagram.
  public let bytes: [UInt8]
  /// The sender, if the system reports it.
  public let sender: Address?

  /// Creates a datagram.
  public init(_ bytes: [UInt8], from sender: Address?) {
    self.bytes = bytes
    self.sender = sender
  }
}

extension AddressedSocket where Self: ~Copyable {
  /// Sends one datagram to the peer.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` if sending fails.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8]) throws(IOError) -> Int? {
    try send(bytes.span)
  }

  /// Sends one datagram to an address.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` if sending fails.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8], to address: Address) throws(IOError) -> Int? {
    try send(bytes.span, to: address)
  }

  /// Receives one datagram.
  ///
  /// - Returns: The datagram; `nil` if receiving would block.
  /// - Throws: ``IOError`` if receiving fails.
  @discardableResult
  public borrowing func receive() throws(IOError) -> Datagram<Address>? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var room = buffer.mutableSpan
    guard let message = try receive(into: &room) else { return nil }
    return Datagram(Array(buffer[..<message.count]), from: message.sender)
  }

  /// Peeks at the next datagram.
  ///
  /// - Returns: The datagram, which can still be received; `nil` if receiving would block.
  /// - Throws: ``IOError`` if peeking fails.
  public borrowing func peeked() throws(IOError) -> Datagram<Address>? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var room = buffer.mutableSpan
    guard let message = try peek(into: &room) else { return nil }
    return Datagram(Array(buffer[..<message.count]), from: message.sender)
  }
}
