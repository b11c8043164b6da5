import CMioSocket

/// The ancillary data that came with a message and that consists of plain values.
///
/// A system reports a value only if the socket requested it: see the options that begin with
/// `receive`.
public struct AncillaryValues: Hashable, Sendable {
  /// The type of service of IPv4, or the traffic class of IPv6.
  ///
  /// The lowest two bits are the ECN bits.
  ///
  /// - SeeAlso: ``SocketOption/receiveTypeOfService``, ``SocketOption/receiveTrafficClass``;
  ///   `IP_TOS` in `ip(7)`, `IPV6_TCLASS` in `ipv6(7)`.
  public internal(set) var typeOfService: UInt8?

  /// The destination address of the message, and the interface on which it arrived.
  ///
  /// - SeeAlso: ``SocketOption/receivePacketInfoV4``, ``SocketOption/receivePacketInfoV6``.
  public internal(set) var packetInfo: PacketInfo?

  /// The size of the messages that were received as one.
  ///
  /// The last message may be shorter.
  ///
  /// - SeeAlso: ``SocketOption/receiveOffload``; `UDP_GRO` in `udp(7)`.
  public internal(set) var segmentSize: Int?

  /// The process that sent the message over a Unix socket, with its user and group.
  ///
  /// - SeeAlso: ``SocketOption/passCredentials``; `SCM_CREDENTIALS` in `unix(7)`.
  public internal(set) var credentials: PeerCredentials?

  /// The time at which the message arrived, by the clock of the system: the time since the
  /// beginning of 1970, UTC.
  ///
  /// The time is exact to the nanosecond on Linux and FreeBSD, and to the microsecond on other
  /// systems. The clock can be set and can jump.
  ///
  /// - SeeAlso: ``SocketOption/receiveTimestamp``; `SO_TIMESTAMPNS` in `socket(7)`.
  public internal(set) var timestamp: Duration?

  /// Whether more ancillary data came than the capacity allows.
  ///
  /// Descriptors that did not fit are closed.
  public internal(set) var isTruncated = false

  init() {}

  init(_ bytes: UnsafeRawBufferPointer, isTruncated: Bool) {
    self.isTruncated = isTruncated
    var walk = ControlWalk()
    while let item = unsafe walk.next(in: bytes) { take(item) }
  }

  private mutating func take(_ item: c_mio_control_item) {
    switch item.kind {
    case C_MIO_CONTROL_TYPE_OF_SERVICE, C_MIO_CONTROL_TRAFFIC_CLASS:
      typeOfService = UInt8(truncatingIfNeeded: item.number)
    case C_MIO_CONTROL_PACKET_INFO:
      packetInfo = PacketInfo(address: IPAddress(item.address), interface: item.interface)
    case C_MIO_CONTROL_SEGMENT_SIZE:
      segmentSize = Int(item.number)
    case C_MIO_CONTROL_CREDENTIALS:
      credentials = PeerCredentials(item.credentials)
    case C_MIO_CONTROL_TIMESTAMP:
      timestamp = .seconds(item.seconds) + .nanoseconds(Int64(item.nanoseconds))
    default: break
    }
  }
}

/// The destination of a received datagram, or the source of a datagram to send.
@frozen
public struct PacketInfo: Hashable, Sendable {
  /// An address of this machine.
  ///
  /// For a received datagram it can also be the address of a group or a broadcast address. A
  /// datagram cannot be sent from these.
  public var address: IPAddress

  /// The index of the interface; 0 for any interface.
  public var interface: UInt32

  /// Creates a packet info.
  @inlinable
  public init(address: IPAddress, interface: UInt32 = 0) {
    self.address = address
    self.interface = interface
  }
}
