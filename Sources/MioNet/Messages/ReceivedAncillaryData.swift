import CMioSocket
public import MioCore

/// A buffer for the ancillary data of received messages: descriptors, and the values of
/// ``AncillaryValues``.
///
/// Create a buffer and pass it to every receive, which empties it first. The buffer owns the
/// descriptors in it until the caller takes them. It closes the remaining descriptors when it goes
/// out of scope.
///
/// - SeeAlso: `cmsg(3)`, `unix(7)`.
@safe
public struct ReceivedAncillaryData: ~Copyable, @unchecked Sendable {
  // `@unchecked` is safe: only this value owns the memory.

  private let bytes: UnsafeMutableRawBufferPointer
  private var count = 0
  private var walk = DescriptorWalk()

  /// The plain values among the ancillary data.
  public private(set) var values = AncillaryValues()

  /// Creates a value with a capacity of 512 bytes, which is enough for about 120 descriptors.
  public init() {
    unsafe bytes = AncillaryRoom().bytes
  }

  /// Creates a value with a capacity.
  ///
  /// - Parameter capacity: The capacity in bytes. An item takes 16 bytes for its header, and its
  ///   content rounded up to 8 bytes; on Apple's systems 12 bytes, and its content rounded up to 4
  ///   bytes.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for a capacity that is negative or
  ///   greater than 2³¹ - 1.
  public init(capacity: Int) throws(IOError) {
    unsafe bytes = try AncillaryRoom(capacity: capacity).bytes
  }

  deinit {
    unsafe walk.closeRest(of: used)
    unsafe bytes.deallocate()
  }

  /// Takes the next received descriptor, in the order in which they were sent.
  ///
  /// The descriptor is close-on-exec. If `SO_PASSPIDFD` was set by number, the descriptor of the
  /// sender's process is one of them.
  ///
  /// - Returns: The descriptor; `nil` if there are no more.
  public mutating func takeDescriptor() -> OwnedDescriptor? {
    guard let descriptor = unsafe walk.next(in: used) else { return nil }
    return OwnedDescriptor(owning: Descriptor(descriptor))
  }

  /// Lends the bytes of the first item with a level and a type.
  ///
  /// Use it for an item that has no name here:
  ///
  ///     let time = received.withBytes(level: SOL_SOCKET, type: SCM_TIMESTAMPNS) { bytes in
  ///       unsafe bytes.bytes.unsafeLoadUnaligned(as: timespec.self)
  ///     }
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - type: The number of the item.
  ///   - body: A closure that receives the content, in the layout of the system. Apple's systems
  ///     align the content only to 4 bytes.
  /// - Returns: The value that `body` returns; `nil` if there is no such item. Descriptors are not
  ///   such items: see ``takeDescriptor()``.
  /// - Throws: The error that `body` throws.
  /// - SeeAlso: `cmsg(3)`.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    level: Int32, type: Int32, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    try unsafe used.withItem(level, type, body)
  }

  /// Closes the descriptors that were not taken, and removes all ancillary data.
  public mutating func removeAll() {
    unsafe walk.closeRest(of: used)
    fill(0, flags: 0)
  }

  private var used: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }

  /// Removes the received data, and returns the memory for the next receive.
  mutating func emptiedBuffer() -> UnsafeMutableRawBufferPointer {
    removeAll()
    return unsafe bytes
  }

  /// Records the result of a receive.
  mutating func fill(_ count: Int, flags: UInt32) {
    self.count = count
    walk = DescriptorWalk()
    values = unsafe AncillaryValues(
      used,
      isTruncated: flags & C_MIO_MESSAGE_CONTROL_TRUNCATED != 0 || DescriptorWalk.hasGap(in: used))
  }
}
