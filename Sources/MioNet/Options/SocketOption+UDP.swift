import CMioSocket

// The options of UDP sockets; each names its constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether datagrams may be sent to a broadcast address.
  ///
  /// `SO_BROADCAST`.
  public static var broadcast: Self { Self(c_mio_option_broadcast()) }

  /// Whether what the socket sends to an IPv4 group comes back to this machine.
  ///
  /// `IP_MULTICAST_LOOP`. On Windows it is the receiving socket that says whether it takes what comes back.
  public static var multicastLoopV4: Self { Self(c_mio_option_multicast_loop_v4()) }

  /// Whether what the socket sends to an IPv6 group comes back to this machine.
  ///
  /// `IPV6_MULTICAST_LOOP`. On Windows as ``multicastLoopV4``.
  public static var multicastLoopV6: Self { Self(c_mio_option_multicast_loop_v6()) }

  /// Whether messages of one sender may be received as one.
  ///
  /// `UDP_GRO`.
  ///
  /// ``AncillaryValues/segmentSize`` then says how long they were. Linux 5.0, Windows 10 2004.
  public static var receiveOffload: Self { Self(c_mio_option_receive_offload()) }

  /// Whether a message that found nobody, or went round for too long, makes a later operation throw
  /// `.connectionReset`, on Windows.
  ///
  /// `SIO_UDP_CONNRESET`, `SIO_UDP_NETRESET`.
  ///
  /// It is off in every socket of Mio's, new and adopted: for a socket that talks to many, an error that does not say
  /// whom it is about is of no use. It can be set, but not read. Elsewhere `.unsupported`: connected
  /// sockets always tell there, and others never.
  public static var reportsUnreachable: Self { Self(c_mio_option_report_unreachable()) }
}

extension SocketOption<Int> {
  /// How many routers a datagram to an IPv4 group may pass, 0 to 255; 1 by default.
  ///
  /// `IP_MULTICAST_TTL`.
  public static var multicastTimeToLive: Self { Self(c_mio_option_multicast_ttl_v4(), 0...255) }

  /// How many routers a datagram to an IPv6 group may pass, 0 to 255; 1 by default.
  ///
  /// `IPV6_MULTICAST_HOPS`.
  public static var multicastHopLimit: Self { Self(c_mio_option_multicast_hops_v6(), 0...255) }

  /// The size of the messages that the system makes of each one that is sent; 0 for none.
  ///
  /// `UDP_SEGMENT`.
  ///
  /// The last may be shorter. Linux 4.18, Windows 10 2004.
  public static var segmentSize: Self { Self(c_mio_option_segment_size(), 0...65_535) }
}

extension SocketOption<IPv4Address> {
  /// The address of the interface that sends to IPv4 groups; `.any` leaves it to the system.
  ///
  /// `IP_MULTICAST_IF`.
  public static var multicastInterfaceV4: Self { Self(c_mio_option_multicast_interface_v4()) }
}

extension SocketOption<UInt32> {
  /// The index of the interface that sends to IPv6 groups; 0 leaves it to the system.
  ///
  /// `IPV6_MULTICAST_IF`.
  public static var multicastInterfaceV6: Self { Self(c_mio_option_multicast_interface_v6()) }
}
