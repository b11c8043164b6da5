import CMioSocket

// Each option names its constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether an address may be bound that connections in `TIME_WAIT` still use.
  ///
  /// `SO_REUSEADDR`.
  ///
  /// ``TCPListener/init(bindingTo:backlog:)`` sets it, except on Windows, where it would let others take
  /// the address away.
  public static var reuseAddress: Self { Self(c_mio_option_reuse_address()) }

  /// Whether several sockets may bind the same address and share its load.
  ///
  /// `SO_REUSEPORT`.
  ///
  /// Unsupported on Windows.
  public static var reusePort: Self { Self(c_mio_option_reuse_port()) }

  /// Whether small writes are sent at once, instead of waiting to be joined.
  ///
  /// `TCP_NODELAY`.
  public static var noDelay: Self { Self(c_mio_option_no_delay()) }

  /// Whether an idle connection is probed, so that a vanished peer is noticed.
  ///
  /// `SO_KEEPALIVE`.
  public static var keepAlive: Self { Self(c_mio_option_keep_alive()) }

  /// Whether an IPv6 socket serves IPv6 only.
  ///
  /// `IPV6_V6ONLY`; to be set before binding.
  public static var onlyV6: Self { Self(c_mio_option_only_v6()) }
}

extension SocketOption<Duration> {
  /// How long a connection is idle before it is probed.
  ///
  /// `TCP_KEEPIDLE`, Apple `TCP_KEEPALIVE`.
  ///
  /// Whole seconds, rounded up.
  public static var keepAliveIdle: Self { Self(c_mio_option_keep_idle(), in: .seconds) }

  /// The time between two probes.
  ///
  /// `TCP_KEEPINTVL`. Whole seconds, rounded up.
  public static var keepAliveInterval: Self { Self(c_mio_option_keep_interval(), in: .seconds) }

  /// How long written data may stay unacknowledged before the connection ends.
  ///
  /// `TCP_USER_TIMEOUT`.
  ///
  /// Whole milliseconds, rounded up; zero is the system's default. Linux only.
  public static var userTimeout: Self { Self(c_mio_option_user_timeout(), in: .milliseconds) }
}

extension SocketOption<Duration?> {
  /// What closing does with unsent data.
  ///
  /// `SO_LINGER`, Apple `SO_LINGER_SEC`.
  ///
  /// `nil`, the default, sends it in the background; zero discards it and resets the connection; other
  /// times, in whole seconds, may make closing block.
  public static var linger: Self { Self(c_mio_option_linger()) }
}

extension SocketOption<Int> {
  /// How many probes go unanswered before the connection ends.
  ///
  /// `TCP_KEEPCNT`.
  public static var keepAliveCount: Self { Self(c_mio_option_keep_count()) }

  /// The size of the receive buffer in bytes.
  ///
  /// `SO_RCVBUF`.
  ///
  /// Linux doubles what is set, and reports the double.
  public static var receiveBufferSize: Self { Self(c_mio_option_receive_buffer()) }

  /// The size of the send buffer in bytes.
  ///
  /// `SO_SNDBUF`.
  ///
  /// Linux doubles what is set, and reports the double.
  public static var sendBufferSize: Self { Self(c_mio_option_send_buffer()) }

  /// How many routers an IPv4 packet may pass, 1 to 255.
  ///
  /// `IP_TTL`.
  public static var timeToLive: Self { Self(c_mio_option_time_to_live()) }

  /// How many routers an IPv6 packet may pass, 0 to 255.
  ///
  /// `IPV6_UNICAST_HOPS`.
  public static var hopLimit: Self { Self(c_mio_option_hop_limit()) }

  /// The type-of-service byte of IPv4 packets.
  ///
  /// `IP_TOS`.
  public static var typeOfService: Self { Self(c_mio_option_type_of_service()) }

  /// The traffic class of IPv6 packets.
  ///
  /// `IPV6_TCLASS`.
  public static var trafficClass: Self { Self(c_mio_option_traffic_class()) }
}
