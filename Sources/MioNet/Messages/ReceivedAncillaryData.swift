import CMioSocket
public import MioCore

/// Room for what comes with a message beside its bytes: descriptors, and the values of
/// ``AncillaryValues``.
///
/// Make one and hand it to every receive; it is emptied first. The descriptors in it are owned by it
/// until they are taken, and closed with it.
///
/// - SeeAlso: `cmsg(3)`, `unix(7)`.
@safe
public struct ReceivedAncillaryData: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: the memory is owned by this value alone.

  private let bytes: UnsafeMutableRawBufferPointer
  private var count = 0
  private var walk = DescriptorWalk()

  /// What came, as far as it is plain values.
  public private(set) var values = AncillaryValues()

  /// Creates room for 512 bytes: some 120 descriptors.
  public init() {
    unsafe bytes = AncillaryRoom().bytes
  }

  /// Creates room.
  ///
  /// - Parameter capacity: How many bytes; an item takes 16 for its head, and its content rounded up to
  ///   8.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for a number below zero or above 2³¹ - 1.
  public init(capacity: Int) throws(IOError) {
    unsafe bytes = try AncillaryRoom(capacity: capacity).bytes
  }

  deinit {
    unsafe walk.closeRest(of: used)
    unsafe bytes.deallocate()
  }

  /// Takes the next of the descriptors that came, in the order in which they were sent.
  ///
  /// It is close-on-exec. Where `SO_PASSPIDFD` was set by number, that of the sender's process is one of them.
  ///
  /// - Returns: The descriptor, `nil` if there are no more.
  public mutating func takeDescriptor() -> OwnedDescriptor? {
    guard let descriptor = unsafe walk.next(in: used) else { return nil }
    return OwnedDescriptor(owning: Descriptor(descriptor))
  }

  /// Lends the bytes of an item that has no name here, the first of its kind.
  ///
  ///     let time = received.withBytes(level: SOL_SOCKET, type: SCM_TIMESTAMPNS) { bytes in
  ///       unsafe bytes.bytes.unsafeLoadUnaligned(as: timespec.self)
  ///     }
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - type: The item's number.
  ///   - body: Gets the content, laid out as the system has it. Apple's systems align it to 4 bytes only.
  /// - Returns: What `body` returns; `nil` if there is no such item. Descriptors are none: see
  ///   ``takeDescriptor()``.
  /// - Throws: What `body` throws.
  /// - SeeAlso: `cmsg(3)`.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    level: Int32, type: Int32, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    try unsafe used.withItem(level, type, body)
  }

  /// Closes the descriptors that nobody took, and forgets everything.
  public mutating func removeAll() {
    unsafe walk.closeRest(of: used)
    fill(0, flags: 0)
  }

  private var used: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }

  /// Forgets what was received, and returns the buffer for the next receive.
  mutating func emptiedBuffer() -> UnsafeMutableRawBufferPointer {
    removeAll()
    return unsafe bytes
  }

  /// Says what a receive has written.
  mutating func fill(_ count: Int, flags: UInt32) {
    self.count = count
    walk = DescriptorWalk()
    values = unsafe AncillaryValues(
      used,
      isTruncated: flags & C_MIO_MESSAGE_CONTROL_TRUNCATED != 0 || DescriptorWalk.hasGap(in: used))
  }
}
