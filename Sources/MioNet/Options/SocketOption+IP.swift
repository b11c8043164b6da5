import CMioSocket

// The options of TCP and UDP sockets. Each comment names the constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether an IPv6 socket serves only IPv6.
  ///
  /// `IPV6_V6ONLY`, to be set before binding.
  ///
  /// It is off for every new TCP and UDP socket of Mio, although the default of FreeBSD, NetBSD and
  /// Windows is on. On OpenBSD it is always on. Adopted sockets keep their value.
  public static var onlyV6: Self { Self(c_mio_option_only_v6()) }

  /// Whether ``AncillaryValues/typeOfService`` comes with IPv4 messages.
  ///
  /// `IP_RECVTOS`.
  ///
  /// Linux also accepts it for an IPv6 socket, for the IPv4 messages that the socket receives.
  /// Apple's systems and the BSDs do not (`ip6_ctloutput` of their kernels). Unsupported on OpenBSD
  /// and NetBSD.
  public static var receiveTypeOfService: Self { Self(c_mio_option_receive_type_of_service()) }

  /// Whether ``AncillaryValues/typeOfService`` comes with IPv6 messages.
  ///
  /// `IPV6_RECVTCLASS`.
  public static var receiveTrafficClass: Self { Self(c_mio_option_receive_traffic_class()) }

  /// Whether ``AncillaryValues/packetInfo`` comes with IPv4 messages.
  ///
  /// `IP_PKTINFO`.
  ///
  /// FreeBSD and OpenBSD have `IP_RECVDSTADDR`, which reports the address without the interface.
  public static var receivePacketInfoV4: Self { Self(c_mio_option_receive_packet_info_v4()) }

  /// Whether ``AncillaryValues/packetInfo`` comes with IPv6 messages.
  ///
  /// `IPV6_RECVPKTINFO`.
  public static var receivePacketInfoV6: Self { Self(c_mio_option_receive_packet_info_v6()) }
}

extension SocketOption<Int> {
  /// The maximum number of routers that an IPv4 packet can pass, 1 to 255.
  ///
  /// `IP_TTL`.
  public static var timeToLive: Self { Self(c_mio_option_time_to_live(), 1...255) }

  /// The maximum number of routers that an IPv6 packet can pass, 0 to 255.
  ///
  /// `IPV6_UNICAST_HOPS`.
  public static var hopLimit: Self { Self(c_mio_option_hop_limit(), 0...255) }

  /// The type-of-service byte of IPv4 packets, 0 to 255.
  ///
  /// `IP_TOS`.
  public static var typeOfService: Self { Self(c_mio_option_type_of_service(), 0...255) }

  /// The traffic class of IPv6 packets, 0 to 255.
  ///
  /// `IPV6_TCLASS`.
  public static var trafficClass: Self { Self(c_mio_option_traffic_class(), 0...255) }
}
