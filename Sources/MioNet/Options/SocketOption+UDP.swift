import CMioSocket

// The options of UDP sockets. Each comment names the constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether the socket can send datagrams to a broadcast address.
  ///
  /// `SO_BROADCAST`.
  public static var broadcast: Self { Self(c_mio_option_broadcast()) }

  /// Whether messages that the socket sends to an IPv4 group come back to this machine.
  ///
  /// `IP_MULTICAST_LOOP`. On Windows the option of the receiving socket decides whether the socket
  /// receives these messages.
  public static var multicastLoopV4: Self { Self(c_mio_option_multicast_loop_v4()) }

  /// Whether messages that the socket sends to an IPv6 group come back to this machine.
  ///
  /// `IPV6_MULTICAST_LOOP`. On Windows it works as ``multicastLoopV4``.
  public static var multicastLoopV6: Self { Self(c_mio_option_multicast_loop_v6()) }

  /// Whether the system can deliver several messages of one sender as one message.
  ///
  /// `UDP_GRO`.
  ///
  /// ``AncillaryValues/segmentSize`` then reports the size of the original messages. Linux 5.0,
  /// Windows 10 2004.
  public static var receiveOffload: Self { Self(c_mio_option_receive_offload()) }

  /// Whether an undeliverable message makes a later operation throw `.connectionReset`, on Windows.
  ///
  /// `SIO_UDP_CONNRESET` for a message that no socket received, `SIO_UDP_NETRESET` for a message
  /// whose time to live expired.
  ///
  /// It is off in every socket of Mio, new and adopted, because the error does not name the peer,
  /// and a socket may send to many peers. The option can be set, but not read. On other systems it
  /// is `.unsupported`: connected sockets always report the error, and unconnected sockets never
  /// do.
  public static var reportsUnreachable: Self { Self(c_mio_option_report_unreachable()) }
}

extension SocketOption<Int> {
  /// The maximum number of routers that a datagram to an IPv4 group can pass, 0 to 255; 1 by
  /// default.
  ///
  /// `IP_MULTICAST_TTL`.
  public static var multicastTimeToLive: Self { Self(c_mio_option_multicast_ttl_v4(), 0...255) }

  /// The maximum number of routers that a datagram to an IPv6 group can pass, 0 to 255; 1 by
  /// default.
  ///
  /// `IPV6_MULTICAST_HOPS`.
  public static var multicastHopLimit: Self { Self(c_mio_option_multicast_hops_v6(), 0...255) }

  /// The size of the messages into which the system divides each message that is sent; 0 for no
  /// division.
  ///
  /// `UDP_SEGMENT`.
  ///
  /// The last message may be shorter. Linux 4.18, Windows 10 2004.
  public static var segmentSize: Self { Self(c_mio_option_segment_size(), 0...65_535) }
}

extension SocketOption<IPv4Address> {
  /// The address of the interface that sends to IPv4 groups; with `.any` the system chooses.
  ///
  /// `IP_MULTICAST_IF`.
  public static var multicastInterfaceV4: Self { Self(c_mio_option_multicast_interface_v4()) }
}

extension SocketOption<UInt32> {
  /// The index of the interface that sends to IPv6 groups; with 0 the system chooses.
  ///
  /// `IPV6_MULTICAST_IF`.
  public static var multicastInterfaceV6: Self { Self(c_mio_option_multicast_interface_v6()) }
}
