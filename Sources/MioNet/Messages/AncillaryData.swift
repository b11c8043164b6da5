import CMioSocket
public import MioCore

/// What is to go with a message beside its bytes.
///
/// Make one, fill it, and hand it to as many sends as you like. What does not belong to the socket's
/// family, such as a descriptor over UDP, systems refuse or pass over.
///
/// - SeeAlso: `cmsg(3)`, `sendmsg(2)`.
@safe
public struct AncillaryData: ~Copyable, @unchecked Sendable {
  // Safety of `@unchecked`: the memory is owned by this value alone.

  private let bytes: UnsafeMutableRawBufferPointer
  private var count = 0

  /// Creates room for 512 bytes: some 120 descriptors.
  public init() {
    unsafe bytes = AncillaryRoom().bytes
  }

  /// Creates room.
  ///
  /// - Parameter capacity: How many bytes; an item takes 16 for its head, and its content rounded up to
  ///   8; on Apple's systems 12, rounded up to 4.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for a number below zero or above 2³¹ - 1.
  public init(capacity: Int) throws(IOError) {
    unsafe bytes = try AncillaryRoom(capacity: capacity).bytes
  }

  deinit {
    unsafe bytes.deallocate()
  }

  /// Whether there is nothing to go.
  public var isEmpty: Bool { count == 0 }

  /// Forgets everything.
  public mutating func removeAll() {
    count = 0
  }

  /// Adds a descriptor to go over a Unix socket.
  ///
  /// The receiver gets one of its own for the same thing. This one stays the caller's, and has to be
  /// open until the message is sent.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` when there is no room, `.badDescriptor` for a
  ///   number that no descriptor can have.
  /// - SeeAlso: `SCM_RIGHTS` in `unix(7)`; Linux sends at most 253 with a message,
  ///   Apple's systems 254.
  public mutating func append(_ descriptor: Descriptor) throws(IOError) {
    guard let number = Int32(exactly: descriptor.rawValue), number >= 0 else {
      try IOError.raise(.badDescriptor, .append)
    }
    try unsafe append { unsafe c_mio_control_add_descriptor($0, $1, $2, number) }
  }

  /// Sets the size of the messages that the system makes of the bytes.
  ///
  /// The last may be shorter.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` where the system has no such thing,
  ///   `.invalidArgument` for a size beyond 65,535, `.outOfMemory` when there is no room.
  /// - SeeAlso: `UDP_SEGMENT` in `udp(7)`, Linux 4.18.
  public mutating func append(segmentSize: Int) throws(IOError) {
    guard let size = UInt16(exactly: segmentSize), size > 0 else {
      try IOError.raise(.invalidArgument, .append)
    }
    try append(C_MIO_CONTROL_SEGMENT_SIZE, Int32(size))
  }

  /// Sets the type of service of an IPv4 message; the lowest two bits are the ECN bits.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` on OpenBSD and NetBSD, `.outOfMemory` when there
  ///   is no room.
  /// - SeeAlso: `IP_TOS` in `ip(7)`.
  public mutating func append(typeOfService: UInt8) throws(IOError) {
    try append(C_MIO_CONTROL_TYPE_OF_SERVICE, Int32(typeOfService))
  }

  /// Sets the traffic class of an IPv6 message; the lowest two bits are the ECN bits.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory` when there is no room.
  /// - SeeAlso: `IPV6_TCLASS` in `ipv6(7)`.
  public mutating func append(trafficClass: UInt8) throws(IOError) {
    try append(C_MIO_CONTROL_TRAFFIC_CLASS, Int32(trafficClass))
  }

  /// Sets the address and the interface that the message is sent from.
  ///
  /// FreeBSD and OpenBSD take an IPv4 address without an interface only.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` where the system has no such thing,
  ///   `.outOfMemory` when there is no room.
  /// - SeeAlso: `IP_PKTINFO` in `ip(7)`, `IPV6_PKTINFO` in `ipv6(7)`.
  public mutating func append(_ packetInfo: PacketInfo) throws(IOError) {
    var record = packetInfo.address.record
    try unsafe append {
      unsafe c_mio_control_add_packet_info($0, $1, $2, &record, packetInfo.interface)
    }
  }

  /// Adds an item that has no name here.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - type: The item's number.
  ///   - bytes: Its content, laid out as the system wants it.
  /// - Throws: ``IOError`` with the kind `.outOfMemory` when there is no room.
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
    let result = unsafe add(bytes.baseAddress, bytes.count, &count)
    if result < 0 { try IOError.raise(result, .append) }
  }

  /// What there is, as the system takes it.
  var used: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }
}
