import CMioSocket

/// What came with a message beside its bytes, as far as it is plain values.
///
/// A system tells only what a socket was asked to tell: see the options that begin with `receive`.
public struct AncillaryValues: Hashable, Sendable {
  /// The type of service of IPv4, or the traffic class of IPv6: the lowest two bits are the ECN bits.
  ///
  /// - SeeAlso: ``SocketOption/receiveTypeOfService``, ``SocketOption/receiveTrafficClass``;
  ///   `IP_TOS` in `ip(7)`, `IPV6_TCLASS` in `ipv6(7)`.
  public internal(set) var typeOfService: UInt8?

  /// Which address the message was sent to, and where it arrived.
  ///
  /// - SeeAlso: ``SocketOption/receivePacketInfoV4``, ``SocketOption/receivePacketInfoV6``.
  public internal(set) var packetInfo: PacketInfo?

  /// How long the messages are that were received as one; the last may be shorter.
  ///
  /// - SeeAlso: ``SocketOption/receiveOffload``; `UDP_GRO` in `udp(7)`.
  public internal(set) var segmentSize: Int?

  /// Who sent the message over a Unix socket.
  ///
  /// - SeeAlso: ``SocketOption/passCredentials``; `SCM_CREDENTIALS` in `unix(7)`.
  public internal(set) var credentials: PeerCredentials?

  /// When the message arrived, by the system's clock: since the beginning of 1970, UTC.
  ///
  /// Exact to the nanosecond on Linux and FreeBSD, to the microsecond elsewhere; the clock can be set, and jump.
  ///
  /// - SeeAlso: ``SocketOption/receiveTimestamp``; `SO_TIMESTAMPNS` in `socket(7)`.
  public internal(set) var timestamp: Duration?

  /// Whether there was more than the room for it.
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

/// Which address a datagram was sent to and where it arrived, or from where it is to be sent.
@frozen
public struct PacketInfo: Hashable, Sendable {
  /// One of the machine's own addresses; of a datagram that was received, perhaps a group's or a broadcast
  /// address, from which nothing can be sent.
  public var address: IPAddress

  /// The index of the interface, 0 for any.
  public var interface: UInt32

  /// Creates a packet info.
  @inlinable
  public init(address: IPAddress, interface: UInt32 = 0) {
    self.address = address
    self.interface = interface
  }
}
