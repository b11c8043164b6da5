import CMioSocket

// The options that choose the route of IP packets. Each comment names the constant of
// `setsockopt(2)`.

extension SocketOption<UInt32> {
  /// The index of the interface that an IPv4 socket is bound to; 0 for none.
  ///
  /// `SO_BINDTOIFINDEX`, Apple `IP_BOUND_IF`, Windows `IP_UNICAST_IF`.
  ///
  /// ``NetworkInterface`` has the index. The socket sends and receives only on that interface. On
  /// Windows it sends only on that interface, but receives on every interface. On Linux a later
  /// change requires `CAP_NET_RAW`. Linux has the option since version 5.1. Before 5.1, use
  /// `SO_BINDTODEVICE`, which takes a name:
  /// `SocketOption<String>(level: SOL_SOCKET, name: SO_BINDTODEVICE)`. Unsupported on the BSDs.
  public static var interfaceV4: Self { Self(c_mio_option_interface_v4()) }

  /// The index of the interface that an IPv6 socket is bound to; 0 for none.
  ///
  /// `SO_BINDTOIFINDEX`, Apple `IPV6_BOUND_IF`, Windows `IPV6_UNICAST_IF`.
  ///
  /// It works as ``interfaceV4``, and also applies to the IPv4 traffic of such a socket. On Windows
  /// it applies only to IPv6.
  public static var interfaceV6: Self { Self(c_mio_option_interface_v6()) }
}

extension SocketOption<PathMTUDiscovery> {
  /// The mode of path MTU discovery for IPv4 packets, which decides whether they can be fragmented.
  ///
  /// `IP_MTU_DISCOVER`; `IP_DONTFRAG` on Apple's systems and FreeBSD.
  ///
  /// Unsupported on OpenBSD and NetBSD.
  public static var pathDiscoveryV4: Self { Self(c_mio_option_path_discovery_v4()) }

  /// The mode of path MTU discovery for IPv6 packets, which decides whether the sender can fragment
  /// them.
  ///
  /// Routers never fragment IPv6 packets.
  ///
  /// `IPV6_MTU_DISCOVER`; `IPV6_DONTFRAG` on Apple's systems and the BSDs.
  public static var pathDiscoveryV6: Self { Self(c_mio_option_path_discovery_v6()) }
}

extension SocketOption<Int> {
  /// The maximum length of an IPv4 packet to the peer, as far as the system knows.
  ///
  /// `IP_MTU`.
  ///
  /// The length is in bytes and includes all headers. It cannot be set. Reading it throws
  /// `.notConnected` if there is no peer. Unsupported on Apple's systems and the BSDs.
  public static var pathMTUV4: Self { Self(c_mio_option_path_mtu_v4()) }

  /// The maximum length of an IPv6 packet to the peer, as far as the system knows.
  ///
  /// `IPV6_MTU`; `IPV6_PATHMTU` on Apple's systems and the BSDs.
  ///
  /// The length is in bytes and includes all headers. It cannot be set. Reading it throws
  /// `.notConnected` if there is no peer.
  public static var pathMTUV6: Self { Self(c_mio_option_path_mtu_v6()) }
}

extension SocketOption<Bool> {
  /// Whether an IPv4 socket can use addresses of other machines and receive packets for them, as a
  /// transparent proxy does.
  ///
  /// `IP_TRANSPARENT`; `IP_BINDANY` on FreeBSD and NetBSD, `SO_BINDANY` on OpenBSD.
  ///
  /// Setting it throws `.permissionDenied` without privileges (Linux: `CAP_NET_ADMIN` or
  /// `CAP_NET_RAW`). Unsupported on Apple's systems and Windows.
  public static var transparentV4: Self { Self(c_mio_option_transparent_v4()) }

  /// Whether an IPv6 socket can use addresses of other machines, as ``transparentV4``.
  ///
  /// `IPV6_TRANSPARENT`; `IPV6_BINDANY` on FreeBSD and NetBSD, `SO_BINDANY` on OpenBSD.
  public static var transparentV6: Self { Self(c_mio_option_transparent_v6()) }

  /// Whether the socket can bind to an IPv4 address that this machine does not have, or does not
  /// have yet.
  ///
  /// `IP_FREEBIND`.
  ///
  /// It requires no privileges. Linux only: use ``transparentV4`` on the BSDs.
  public static var freeBindV4: Self { Self(c_mio_option_free_bind_v4()) }

  /// Whether the socket can bind to an IPv6 address that this machine does not have, or does not
  /// have yet.
  ///
  /// `IPV6_FREEBIND`, Linux 4.15.
  public static var freeBindV6: Self { Self(c_mio_option_free_bind_v6()) }
}

/// The behaviour of a socket for packets that are too long for their path.
///
/// A mode that the system does not have causes `.invalidArgument`.
///
/// - SeeAlso: `IP_MTU_DISCOVER` in `ip(7)`; RFC 1191, RFC 8899.
public struct PathMTUDiscovery: Hashable, Sendable {
  /// The number of the mode on this system; negative for a mode that the system does not have.
  let number: Int32

  private init(_ mode: UInt32) {
    number = c_mio_path_discovery(mode)
  }

  /// Routers can fragment packets: the don't-fragment bit is not set.
  public static var disabled: Self { Self(C_MIO_PATH_DISABLED) }

  /// The system discovers the path MTU and fragments longer datagrams itself.
  ///
  /// Linux and Windows.
  public static var enabled: Self { Self(C_MIO_PATH_ENABLED) }

  /// The system discovers the path MTU, and sending a longer datagram throws `.messageTooLong`.
  ///
  /// Linux and Windows.
  public static var required: Self { Self(C_MIO_PATH_REQUIRED) }

  /// Packets are never fragmented, and the program discovers the path MTU, as QUIC does.
  ///
  /// Only a datagram that is too long for the interface causes `.messageTooLong`.
  public static var probing: Self { Self(C_MIO_PATH_PROBING) }
}

extension PathMTUDiscovery: SocketOptionValue {
  /// The size of a C `int`.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates the value from its words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    number = words.0
  }

  /// Returns the words of the value, or `nil` for a mode that the system does not have.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    number < 0 ? nil : (number, 0, 0, 0)
  }
}
