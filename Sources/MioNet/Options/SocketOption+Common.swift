import CMioSocket

// The options of all sockets; each names its constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether an address may be bound that connections in `TIME_WAIT` still use.
  ///
  /// `SO_REUSEADDR`.
  ///
  /// On for listeners and for every new ``TCPSocket``, except on Windows, where it would let others take the
  /// address away.
  public static var reuseAddress: Self { Self(c_mio_option_reuse_address()) }

  /// Whether several sockets may bind the same address and share its load.
  ///
  /// `SO_REUSEPORT`, FreeBSD `SO_REUSEPORT_LB`.
  ///
  /// Apple's systems, OpenBSD and NetBSD let them bind, and share nothing. Unsupported on Windows.
  public static var reusePort: Self { Self(c_mio_option_reuse_port()) }

  /// Whether several programs may bind the same port, and each gets what is sent to a group.
  ///
  /// `SO_REUSEPORT`.
  ///
  /// For a port that others use as well, such as 5353 of multicast DNS: all of them have to set it. On FreeBSD it
  /// is not ``reusePort``, which shares with its like only. Unsupported on Windows, where ``reuseAddress`` does it.
  public static var sharedPort: Self { Self(c_mio_option_shared_port()) }

  /// Whether the socket is a listener; cannot be set.
  ///
  /// `SO_ACCEPTCONN`.
  ///
  /// Unsupported on Apple's systems, which do not answer.
  public static var isListening: Self { Self(c_mio_option_is_listening()) }

  /// Whether ``AncillaryValues/timestamp`` comes with messages.
  ///
  /// `SO_TIMESTAMPNS`, FreeBSD `SO_BINTIME`; elsewhere `SO_TIMESTAMP`, which tells microseconds.
  ///
  /// Of datagrams: no system tells it reliably of a stream. Linux begins to take times a moment after the first
  /// socket has asked; what arrives before has the time at which it is received. Unsupported on Windows.
  public static var receiveTimestamp: Self { Self(c_mio_option_receive_timestamp()) }
}

extension SocketOption<Int> {
  /// The size of the receive buffer in bytes.
  ///
  /// `SO_RCVBUF`.
  ///
  /// Linux doubles what is set, up to a limit of its own, and reports the double. Apple's systems and the BSDs
  /// refuse what is above theirs with `.outOfMemory`, and zero with `.invalidArgument`.
  public static var receiveBufferSize: Self { Self(c_mio_option_receive_buffer(), 0 ... .max) }

  /// The size of the send buffer in bytes.
  ///
  /// `SO_SNDBUF`.
  ///
  /// Linux doubles what is set, up to a limit of its own, and reports the double. Apple's systems and the BSDs
  /// refuse what is above theirs with `.outOfMemory`, and zero with `.invalidArgument`.
  public static var sendBufferSize: Self { Self(c_mio_option_send_buffer(), 0 ... .max) }
}

extension SocketOption<UInt32> {
  /// A number that packets carry for the system's routes and filters; 0 for none.
  ///
  /// `SO_MARK`, which needs `CAP_NET_ADMIN`; FreeBSD `SO_USER_COOKIE`, which cannot be read.
  ///
  /// Unsupported elsewhere.
  public static var mark: Self { Self(c_mio_option_mark()) }
}
