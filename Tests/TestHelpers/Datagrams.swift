public import MioCore
public import MioNet

/// A datagram and who sent it.
public struct Datagram<Address: Hashable & Sendable>: Hashable, Sendable {
  /// What was in it.
  public let bytes: [UInt8]
  /// Who sent it, if the system says.
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
  /// - Returns: How many bytes went, `nil` if sending would block.
  /// - Throws: ``IOError``, as sending does.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8]) throws(IOError) -> Int? {
    try send(bytes.span)
  }

  /// Sends one datagram to an address.
  ///
  /// - Returns: How many bytes went, `nil` if sending would block.
  /// - Throws: ``IOError``, as sending does.
  @discardableResult
  public borrowing func send(_ bytes: [UInt8], to address: Address) throws(IOError) -> Int? {
    try send(bytes.span, to: address)
  }

  /// Receives once.
  ///
  /// - Returns: What came, `nil` if receiving would block.
  /// - Throws: ``IOError``, as receiving does.
  @discardableResult
  public borrowing func receive() throws(IOError) -> Datagram<Address>? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var room = buffer.mutableSpan
    guard let message = try receive(into: &room) else { return nil }
    return Datagram(Array(buffer[..<message.count]), from: message.sender)
  }

  /// Looks once at what comes next.
  ///
  /// - Returns: What stays to be received, `nil` if receiving would block.
  /// - Throws: ``IOError``, as peeking does.
  public borrowing func peeked() throws(IOError) -> Datagram<Address>? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var room = buffer.mutableSpan
    guard let message = try peek(into: &room) else { return nil }
    return Datagram(Array(buffer[..<message.count]), from: message.sender)
  }
}
