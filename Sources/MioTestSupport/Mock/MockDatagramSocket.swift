public import MioCore

/// A socket of a ``MockNetwork``.
///
/// Code that is generic over ``DatagramSocket`` runs on it as it does on UDP. A test can make
/// sending block, and can make operations fail.
public struct MockDatagramSocket<Address: Hashable & Sendable>: ~Copyable, Sendable {
  /// The socket's own address.
  public let address: Address

  private let registration = RegistrationState()
  private let owner: MockDatagramOwner<Address>

  private var file: MockDatagramFile<Address> { owner.file }

  init(_ address: Address, _ file: MockDatagramFile<Address>) {
    self.address = address
    owner = MockDatagramOwner(file)
  }

  /// Whether the socket can send.
  ///
  /// If it is `false`, sending would block.
  public var canSend: Bool {
    get { file.link.withLock { file.canSend } }
    nonmutating set { file.link.withLock { file.canSend = newValue } }
  }

  /// Makes the next operation in a direction fail.
  public func failNext(_ direction: Direction, with kind: IOError.Kind, code: Int32 = 0) {
    file.link.withLock {
      file.failures[direction] = IOError(
        kind, operation: direction == .readable ? .receive : .send, code: code)
    }
  }
}

extension MockDatagramSocket: DescriptorSource {
  /// Calls `body` with the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension MockDatagramSocket: DatagramSocket {
  /// Receives one message into the start of `buffer`.
  ///
  /// - Returns: The length of the message, its sender, and whether it was truncated; `nil` if
  ///   receiving would block.
  /// - Throws: ``IOError`` if the test requested a failure.
  @unsafe
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> ReceivedMessage<Address>? {
    try withIO(.readable) { _ throws(IOError) in
      try file.link.withLock { () throws(IOError) in try unsafe file.receive(into: buffer) }
    }
  }

  /// Sends one message as a whole.
  ///
  /// - Returns: The number of bytes that were sent; `nil` if sending would block.
  /// - Throws: ``IOError`` if the test requested a failure.
  @unsafe
  public borrowing func send(
    _ bytes: UnsafeRawBufferPointer, to address: Address
  ) throws(IOError) -> Int? {
    try withIO(.writable) { _ throws(IOError) in
      try file.link.withLock { () throws(IOError) in try unsafe file.send(bytes, to: address) }
    }
  }
}

/// The owner of a socket's file, which closes the file when the socket is destroyed.
///
/// It is a class because Swift may skip the deinitializer of a generic noncopyable struct:
/// `Docs/Workarounds.md`.
private final class MockDatagramOwner<Address: Hashable & Sendable>: Sendable {
  let file: MockDatagramFile<Address>

  init(_ file: MockDatagramFile<Address>) {
    self.file = file
  }

  deinit {
    file.link.withLock { file.close() }
  }
}
