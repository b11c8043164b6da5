public import MioCore

/// A datagram network that exists only in memory.
///
///     let network = MockNetwork<Int>()
///     let server = try network.bind(to: 1)
///     let client = try network.bind(to: 2)
///
/// The address type is that of the code under test: numbers, or socket addresses. As with UDP, a
/// message is lost if no socket has its address, or if the receiver's queue is full.
public final class MockNetwork<Address: Hashable & Sendable>: @unchecked Sendable {
  // Safety of `@unchecked`: used under the lock of the link.

  /// The number of messages that a socket holds.
  ///
  /// Further messages are lost.
  public let queueCapacity: Int

  let link = MockLink()

  private var files: [Address: MockDatagramFile<Address>] = [:]

  /// Creates a network without sockets.
  public init(queueCapacity: Int = 64) {
    self.queueCapacity = queueCapacity
  }

  /// Creates a socket.
  ///
  /// - Throws: ``IOError`` with the kind `.addressInUse` if another socket has the address.
  public func bind(to address: Address) throws(IOError) -> MockDatagramSocket<Address> {
    let file = try link.withLock { () throws(IOError) in
      guard files[address] == nil else { throw IOError(.addressInUse, operation: .bind) }
      let file = MockDatagramFile(address, self)
      files[address] = file
      return file
    }
    return MockDatagramSocket(address, file)
  }

  /// Returns the file of the socket with this address, if there is one.
  ///
  /// This function and the next are used under the lock of the link.
  func file(at address: Address) -> MockDatagramFile<Address>? {
    files[address]
  }

  func remove(_ address: Address) {
    files[address] = nil
  }
}

/// A message in transit.
private struct MockDatagram<Address> {
  let bytes: [UInt8]
  let sender: Address
}

/// The file of a socket in a mock network.
///
/// Used under the lock of the link.
final class MockDatagramFile<Address: Hashable & Sendable>: MockFile, @unchecked Sendable {
  // Safety of `@unchecked`: used under the lock of the link.

  private let address: Address
  private let network: MockNetwork<Address>
  private var incoming: [MockDatagram<Address>] = []

  var canSend = true { didSet { readinessMayHaveChanged() } }
  var failures: [Direction: IOError] = [:]

  init(_ address: Address, _ network: MockNetwork<Address>) {
    self.address = address
    self.network = network
    super.init(network.link)
  }

  override var readiness: Event.Readiness {
    let readable: Event.Readiness = incoming.isEmpty ? [] : .readable
    return canSend ? readable.union(.writable) : readable
  }

  override func close() {
    network.remove(address)
    super.close()
  }

  func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<Address>? {
    if let failure = failures.removeValue(forKey: .readable) { throw failure }
    guard !incoming.isEmpty else { return nil }
    let message = incoming.removeFirst()
    let count = min(message.bytes.count, buffer.count)
    for index in 0..<count { unsafe buffer[index] = message.bytes[index] }
    readinessMayHaveChanged()
    return ReceivedMessage(
      count: count, sender: message.sender, isTruncated: count < message.bytes.count)
  }

  func send(_ bytes: UnsafeRawBufferPointer, to address: Address) throws(IOError) -> Int? {
    if let failure = failures.removeValue(forKey: .writable) { throw failure }
    guard canSend else { return nil }
    if let target = network.file(at: address), target.incoming.count < network.queueCapacity {
      target.incoming.append(MockDatagram(bytes: unsafe [UInt8](bytes), sender: self.address))
      target.readinessMayHaveChanged()
    }
    return bytes.count
  }
}
