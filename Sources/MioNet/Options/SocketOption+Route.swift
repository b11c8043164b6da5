import CMioSocket

// The options that say which way IP packets take; each names its constant of `setsockopt(2)`.

extension SocketOption<UInt32> {
  /// The index of the interface that an IPv4 socket is bound to, 0 for none; see ``NetworkInterface``.
  ///
  /// `SO_BINDTOIFINDEX`, Apple `IP_BOUND_IF`, Windows `IP_UNICAST_IF`.
  ///
  /// The socket sends and receives there only; on Windows it sends there, and receives from everywhere. Changing
  /// it again takes `CAP_NET_RAW` on Linux. Linux 5.1 has it; before, `SO_BINDTODEVICE` takes a name:
  /// `SocketOption<String>(level: SOL_SOCKET, name: SO_BINDTODEVICE)`. Unsupported on the BSDs.
  public static var interfaceV4: Self { Self(c_mio_option_interface_v4()) }

  /// The index of the interface that an IPv6 socket is bound to, 0 for none.
  ///
  /// `SO_BINDTOIFINDEX`, Apple `IPV6_BOUND_IF`, Windows `IPV6_UNICAST_IF`.
  ///
  /// As ``interfaceV4``, also for the IPv4 traffic of such a socket; on Windows for IPv6 alone.
  public static var interfaceV6: Self { Self(c_mio_option_interface_v6()) }
}

extension SocketOption<PathMTUDiscovery> {
  /// Whether IPv4 packets may be cut on their way.
  ///
  /// `IP_MTU_DISCOVER`; `IP_DONTFRAG` on Apple's systems and FreeBSD.
  ///
  /// Unsupported on OpenBSD and NetBSD.
  public static var pathDiscoveryV4: Self { Self(c_mio_option_path_discovery_v4()) }

  /// Whether IPv6 packets may be cut before they are sent: nobody cuts them later.
  ///
  /// `IPV6_MTU_DISCOVER`; `IPV6_DONTFRAG` on Apple's systems and the BSDs.
  public static var pathDiscoveryV6: Self { Self(c_mio_option_path_discovery_v6()) }
}

extension SocketOption<Int> {
  /// How long an IPv4 packet to the peer can be, as far as the system knows; cannot be set.
  ///
  /// `IP_MTU`.
  ///
  /// Bytes, with all headers; `.notConnected` without a peer. Unsupported on Apple's systems and the BSDs.
  public static var pathMTUV4: Self { Self(c_mio_option_path_mtu_v4()) }

  /// How long an IPv6 packet to the peer can be, as far as the system knows; cannot be set.
  ///
  /// `IPV6_MTU`; `IPV6_PATHMTU` on Apple's systems and the BSDs.
  ///
  /// Bytes, with all headers; `.notConnected` without a peer.
  public static var pathMTUV6: Self { Self(c_mio_option_path_mtu_v6()) }
}

extension SocketOption<Bool> {
  /// Whether an IPv4 socket may use addresses that are not this machine's, and get packets for them: a
  /// transparent proxy.
  ///
  /// `IP_TRANSPARENT`; `IP_BINDANY` on FreeBSD and NetBSD, `SO_BINDANY` on OpenBSD.
  ///
  /// `.permissionDenied` without privileges (Linux: `CAP_NET_ADMIN` or `CAP_NET_RAW`). Unsupported on Apple's
  /// systems and Windows.
  public static var transparentV4: Self { Self(c_mio_option_transparent_v4()) }

  /// The same of an IPv6 socket.
  ///
  /// `IPV6_TRANSPARENT`; `IPV6_BINDANY` on FreeBSD and NetBSD, `SO_BINDANY` on OpenBSD.
  public static var transparentV6: Self { Self(c_mio_option_transparent_v6()) }

  /// Whether an IPv4 address can be bound that is not this machine's, or not yet.
  ///
  /// `IP_FREEBIND`.
  ///
  /// Needs no privileges. Linux only: ``transparentV4`` does it on the BSDs.
  public static var freeBindV4: Self { Self(c_mio_option_free_bind_v4()) }

  /// Whether an IPv6 address can be bound that is not this machine's, or not yet.
  ///
  /// `IPV6_FREEBIND`, Linux 4.15.
  public static var freeBindV6: Self { Self(c_mio_option_free_bind_v6()) }
}

/// What a socket does about packets that are too long for their way.
///
/// A mode that the system does not have is `.invalidArgument`.
///
/// - SeeAlso: `IP_MTU_DISCOVER` in `ip(7)`; RFC 1191, RFC 8899.
public struct PathMTUDiscovery: Hashable, Sendable {
  /// The system's number; negative for what it does not have.
  let number: Int32

  private init(_ mode: UInt32) {
    number = c_mio_path_discovery(mode)
  }

  /// Packets may be cut on their way: their don't-fragment bit is not set.
  public static var disabled: Self { Self(C_MIO_PATH_DISABLED) }

  /// The system finds out how long a packet can be, and cuts a datagram itself.
  ///
  /// Linux and Windows.
  public static var enabled: Self { Self(C_MIO_PATH_ENABLED) }

  /// The system finds out how long a packet can be, and a datagram that is longer is `.messageTooLong`.
  ///
  /// Linux and Windows.
  public static var required: Self { Self(C_MIO_PATH_REQUIRED) }

  /// Nothing is cut, and the program finds out how long a packet can be, as QUIC does: only what is too
  /// long for the interface is `.messageTooLong`.
  public static var probing: Self { Self(C_MIO_PATH_PROBING) }
}

extension PathMTUDiscovery: SocketOptionValue {
  /// The value is a C `int`.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Reads the value from its words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    number = words.0
  }

  /// Returns the words of the value; `nil` for a mode that the system does not have.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    number < 0 ? nil : (number, 0, 0, 0)
  }
}
