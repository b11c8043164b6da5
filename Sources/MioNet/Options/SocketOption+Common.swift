import CMioSocket

// The options of all sockets. Each comment names the constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether the socket can bind to an address that connections in `TIME_WAIT` still use.
  ///
  /// `SO_REUSEADDR`.
  ///
  /// It is on for listeners and for every new ``TCPSocket``, except on Windows. On Windows it
  /// allows other sockets to bind to an address that is in use.
  public static var reuseAddress: Self { Self(c_mio_option_reuse_address()) }

  /// Whether several sockets can bind to the same address and share its load.
  ///
  /// `SO_REUSEPORT`, FreeBSD `SO_REUSEPORT_LB`.
  ///
  /// On Apple's systems, OpenBSD and NetBSD the sockets can bind, but do not share the load.
  /// Unsupported on Windows.
  public static var reusePort: Self { Self(c_mio_option_reuse_port()) }

  /// Whether several programs can bind to the same port, and each receives the messages that are
  /// sent to a group.
  ///
  /// `SO_REUSEPORT`.
  ///
  /// Use it for a port that other programs also use, such as port 5353 of multicast DNS. All of
  /// these programs must set it. On FreeBSD it differs from ``reusePort``, which shares a port only
  /// between sockets that set ``reusePort``. Unsupported on Windows, where ``reuseAddress`` has
  /// this effect.
  public static var sharedPort: Self { Self(c_mio_option_shared_port()) }

  /// Whether the socket is a listener.
  ///
  /// `SO_ACCEPTCONN`.
  ///
  /// The option cannot be set. Unsupported on Apple's systems, which do not report it.
  public static var isListening: Self { Self(c_mio_option_is_listening()) }

  /// Whether ``AncillaryValues/timestamp`` comes with messages.
  ///
  /// `SO_TIMESTAMPNS`, FreeBSD `SO_BINTIME`; on other systems `SO_TIMESTAMP`, which reports
  /// microseconds.
  ///
  /// Use it for datagrams: no system reports timestamps of a stream reliably. Linux begins to
  /// record timestamps shortly after the first socket requests them. For a message that arrived
  /// earlier, it reports the time of the receive. Unsupported on Windows.
  public static var receiveTimestamp: Self { Self(c_mio_option_receive_timestamp()) }
}

extension SocketOption<Int> {
  /// The size of the receive buffer in bytes.
  ///
  /// `SO_RCVBUF`.
  ///
  /// Linux doubles the value, up to a limit of the system, and reports the doubled value. Apple's
  /// systems and the BSDs refuse a value above their limit with `.outOfMemory`, and zero with
  /// `.invalidArgument`.
  public static var receiveBufferSize: Self { Self(c_mio_option_receive_buffer(), 0 ... .max) }

  /// The size of the send buffer in bytes.
  ///
  /// `SO_SNDBUF`.
  ///
  /// Linux doubles the value, up to a limit of the system, and reports the doubled value. Apple's
  /// systems and the BSDs refuse a value above their limit with `.outOfMemory`, and zero with
  /// `.invalidArgument`.
  public static var sendBufferSize: Self { Self(c_mio_option_send_buffer(), 0 ... .max) }
}

extension SocketOption<UInt32> {
  /// A number that packets carry for the routes and filters of the system; 0 for none.
  ///
  /// `SO_MARK`, which requires `CAP_NET_ADMIN`, or `CAP_NET_RAW` since Linux 5.17; FreeBSD
  /// `SO_USER_COOKIE`, which cannot be read.
  ///
  /// Unsupported on other systems.
  public static var mark: Self { Self(c_mio_option_mark()) }
}
