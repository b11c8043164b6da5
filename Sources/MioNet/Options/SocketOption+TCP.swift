import CMioSocket

// The options of TCP sockets. Each comment names the constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether the system sends small writes immediately, instead of joining them with later writes.
  ///
  /// `TCP_NODELAY`.
  public static var noDelay: Self { Self(c_mio_option_no_delay()) }

  /// Whether the system probes an idle connection, so that it detects a peer that no longer
  /// answers.
  ///
  /// `SO_KEEPALIVE`.
  public static var keepAlive: Self { Self(c_mio_option_keep_alive()) }

  /// Whether the system sends only full segments until the option is set to `false` again.
  ///
  /// `TCP_CORK`, `TCP_NOPUSH` on Apple's systems, FreeBSD and OpenBSD.
  ///
  /// Use it to send a header and a file together. Linux sends the waiting bytes after 200 ms. When
  /// the option is set to `false`, Apple's systems do not send the waiting bytes yet: they send
  /// them with the next write or at the end of the stream. On these systems, set it to `false`
  /// before the last write. Unsupported on NetBSD and Windows.
  public static var cork: Self { Self(c_mio_option_cork()) }

  /// Whether connecting waits for the first write, and sends its bytes with the connection request.
  ///
  /// `TCP_FASTOPEN_CONNECT`, Linux 4.11.
  ///
  /// The stream is writable immediately, and ``TCPStream/finishConnect()`` returns `.connected`.
  /// The system sends the bytes with the request only to a peer that has given it a cookie before
  /// (`tcp_fastopen` in the kernel's ip-sysctl). With any other peer it makes the connection first.
  /// Set the option before connecting. Unsupported on other systems.
  public static var fastOpenConnect: Self { Self(c_mio_option_fast_open_connect()) }
}

extension SocketOption<Duration> {
  /// The time for which a connection is idle before the first probe.
  ///
  /// `TCP_KEEPIDLE`, Apple `TCP_KEEPALIVE`.
  ///
  /// The time is rounded up to whole seconds. Unsupported on OpenBSD.
  public static var keepAliveIdle: Self { Self(c_mio_option_keep_idle(), in: .seconds) }

  /// The time between two probes.
  ///
  /// `TCP_KEEPINTVL`.
  ///
  /// The time is rounded up to whole seconds. Unsupported on OpenBSD.
  public static var keepAliveInterval: Self { Self(c_mio_option_keep_interval(), in: .seconds) }

  /// The time for which written data can stay unacknowledged before the connection ends.
  ///
  /// `TCP_USER_TIMEOUT`, Windows `TCP_MAXRTMS`.
  ///
  /// The time is rounded up to whole milliseconds. Zero is the default of the system. Unsupported
  /// on Apple's systems and the BSDs.
  public static var userTimeout: Self { Self(c_mio_option_user_timeout(), in: .milliseconds) }

  /// The time for which a listener waits for the first bytes of a connection before it reports the
  /// connection; zero to report it immediately.
  ///
  /// `TCP_DEFER_ACCEPT`.
  ///
  /// The time is rounded up to whole seconds, and then to the next time at which Linux repeats its
  /// answer to the client. If the client has sent nothing by that time, the listener reports the
  /// connection when the client acknowledges the repeated answer. Linux only: the accept filters of
  /// the BSDs (`SO_ACCEPTFILTER`) are kernel modules. Set them with
  /// ``Socket/writeOption(level:name:from:)-(_,_,Span<UInt8>)``.
  public static var deferAccept: Self { Self(c_mio_option_defer_accept(), in: .seconds) }
}

extension SocketOption<Duration?> {
  /// The effect of closing on unsent data.
  ///
  /// `SO_LINGER`, Apple `SO_LINGER_SEC`.
  ///
  /// With `nil`, the default, the system sends the data in the background. With zero the system
  /// discards the data and resets the connection. Other times are in whole seconds, up to 65,535 on
  /// Windows, and can make closing block. Windows does not block: closing a socket of Mio can fail
  /// there (`WSAEWOULDBLOCK` of `closesocket`) and leave the socket open, so use `nil` or zero.
  public static var linger: Self { Self(c_mio_option_linger()) }
}

extension SocketOption<Int> {
  /// The number of unanswered probes after which the connection ends.
  ///
  /// `TCP_KEEPCNT`.
  ///
  /// Unsupported on OpenBSD.
  public static var keepAliveCount: Self { Self(c_mio_option_keep_count(), 1 ... .max) }

  /// The number of unsent bytes at which the stream stops being writable.
  ///
  /// `TCP_NOTSENT_LOWAT`.
  ///
  /// Bytes that were sent and are not acknowledged do not count. A small number keeps the queue of
  /// unsent data short, so that the data is recent when the system sends it. It does not slow the
  /// stream down. Linux and Apple's systems; unsupported on other systems.
  public static var unsentLimit: Self { Self(c_mio_option_unsent_limit(), 0 ... .max) }

  /// The maximum number of waiting connections of a listener whose requests came with data; 0 for
  /// none.
  ///
  /// `TCP_FASTOPEN`.
  ///
  /// Apple's systems, FreeBSD and Windows accept only 0 and 1. The system must allow it (Linux
  /// `tcp_fastopen`, FreeBSD `net.inet.tcp.fastopen.server_enable`). Unsupported on OpenBSD and
  /// NetBSD.
  public static var fastOpen: Self { Self(c_mio_option_fast_open(), 0 ... .max) }
}

extension SocketOption<String> {
  /// The algorithm of congestion control, such as `cubic`, `reno` or `bbr`.
  ///
  /// `TCP_CONGESTION`, NetBSD `TCP_CONGCTL`.
  ///
  /// An algorithm that the system does not have causes `.notFound`. An algorithm that is reserved
  /// for the superuser causes `.permissionDenied`. Linux, FreeBSD and NetBSD; unsupported on other
  /// systems.
  public static var congestionControl: Self { Self(c_mio_option_congestion_control()) }
}
