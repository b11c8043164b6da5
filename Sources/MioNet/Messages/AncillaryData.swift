import CMioSocket
public import MioCore

/// Ancillary data to send with a message, in addition to its bytes.
///
/// Create a value, fill it, and pass it to any number of sends. Systems refuse or ignore an item
/// that does not belong to the family of the socket, such as a descriptor over UDP.
///
/// - SeeAlso: `cmsg(3)`, `sendmsg(2)`.
@safe
public struct AncillaryData: ~Copyable, @unchecked Sendable {
  // `@unchecked` is safe: only this value owns the memory.

  private let bytes: UnsafeMutableRawBufferPointer
  private var count = 0

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
    unsafe bytes.deallocate()
  }

  /// Whether the value has no items.
  public var isEmpty: Bool { count == 0 }

  /// Removes all items.
  public mutating func removeAll() {
    count = 0
  }

  /// Adds a file descriptor to send over a Unix socket.
  ///
  /// The receiver gets a new descriptor that refers to the same open file. The caller keeps this
  /// descriptor, which must stay open until the message is sent.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` if the capacity is exhausted, or
  ///   `.badDescriptor` for a number that no descriptor can have.
  /// - SeeAlso: `SCM_RIGHTS` in `unix(7)`. Linux sends at most 253 descriptors with a message,
  ///   Apple's systems 254.
  public mutating func append(_ descriptor: Descriptor) throws(IOError) {
    guard let number = Int32(exactly: descriptor.rawValue), number >= 0 else {
      try IOError.raise(.badDescriptor, .append)
    }
    try unsafe append { unsafe c_mio_control_add_descriptor($0, $1, $2, number) }
  }

  /// Sets the size of the messages into which the system divides the bytes.
  ///
  /// The last message may be shorter.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` if the system does not support the item,
  ///   `.invalidArgument` for a size outside 1 to 65,535, or `.outOfMemory` if the capacity is
  ///   exhausted.
  /// - SeeAlso: `UDP_SEGMENT` in `udp(7)`, Linux 4.18.
  public mutating func append(segmentSize: Int) throws(IOError) {
    guard let size = UInt16(exactly: segmentSize), size > 0 else {
      try IOError.raise(.invalidArgument, .append)
    }
    try append(C_MIO_CONTROL_SEGMENT_SIZE, Int32(size))
  }

  /// Sets the type of service of an IPv4 message.
  ///
  /// The lowest two bits are the ECN bits.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` on OpenBSD and NetBSD, or `.outOfMemory` if
  ///   the capacity is exhausted.
  /// - SeeAlso: `IP_TOS` in `ip(7)`.
  public mutating func append(typeOfService: UInt8) throws(IOError) {
    try append(C_MIO_CONTROL_TYPE_OF_SERVICE, Int32(typeOfService))
  }

  /// Sets the traffic class of an IPv6 message.
  ///
  /// The lowest two bits are the ECN bits.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` if the capacity is exhausted.
  /// - SeeAlso: `IPV6_TCLASS` in `ipv6(7)`.
  public mutating func append(trafficClass: UInt8) throws(IOError) {
    try append(C_MIO_CONTROL_TRAFFIC_CLASS, Int32(trafficClass))
  }

  /// Sets the address and the interface from which the message is sent.
  ///
  /// FreeBSD and OpenBSD accept an IPv4 address only without an interface.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` if the system does not support the item, or
  ///   `.outOfMemory` if the capacity is exhausted.
  /// - SeeAlso: `IP_PKTINFO` in `ip(7)`, `IPV6_PKTINFO` in `ipv6(7)`.
  public mutating func append(_ packetInfo: PacketInfo) throws(IOError) {
    var record = packetInfo.address.record
    try unsafe append {
      unsafe c_mio_control_add_packet_info($0, $1, $2, &record, packetInfo.interface)
    }
  }

  /// Adds an item that has no method of its own here.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - type: The number of the item.
  ///   - bytes: The content, in the layout that the system expects.
  /// - Throws: ``IOError`` with the kind `.outOfMemory` if the capacity is exhausted.
  /// - SeeAlso: `cmsg(3)`.
  public mutating func append(
    level: Int32, type: Int32, _ bytes: Span<UInt8>
  ) throws(IOError) {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe append {
        unsafe c_mio_control_add($0, $1, $2, level, type, bytes.baseAddress, bytes.count)
      }
    }
  }

  private mutating func append(_ kind: UInt32, _ number: Int32) throws(IOError) {
    try unsafe append { unsafe c_mio_control_add_number($0, $1, $2, kind, number) }
  }

  private mutating func append(
    _ add: (UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>) -> Int
  ) throws(IOError) {
    try unsafe IOError.check(add(bytes.baseAddress, bytes.count, &count), .append)
  }

  /// The items, in the layout that the system takes.
  var used: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }
}
