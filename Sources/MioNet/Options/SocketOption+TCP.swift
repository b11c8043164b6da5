import CMioSocket

// The options of TCP sockets; each names its constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether small writes are sent at once, instead of waiting to be joined.
  ///
  /// `TCP_NODELAY`.
  public static var noDelay: Self { Self(c_mio_option_no_delay()) }

  /// Whether an idle connection is probed, so that a vanished peer is noticed.
  ///
  /// `SO_KEEPALIVE`.
  public static var keepAlive: Self { Self(c_mio_option_keep_alive()) }

  /// Whether only full segments are sent, until this is set to `false` again.
  ///
  /// `TCP_CORK`, `TCP_NOPUSH` on Apple's systems, FreeBSD and OpenBSD.
  ///
  /// So a header and a file go together. Linux sends what has waited for 200 ms. Apple's systems do not send
  /// what waits when this is set to `false`, but with the next write, or at the end of the stream: do it before
  /// the last write there. Unsupported on NetBSD and Windows.
  public static var cork: Self { Self(c_mio_option_cork()) }

  /// Whether connecting waits for the first write, whose bytes go with the request.
  ///
  /// `TCP_FASTOPEN_CONNECT`, Linux 4.11.
  ///
  /// The stream is writable at once, and ``TCPStream/finishConnect()`` says `.connected`. The bytes go so only to a
  /// peer that has given a cookie before (`tcp_fastopen` in the kernel's ip-sysctl); with another, the
  /// connection is made first. Set it before connecting. Unsupported elsewhere.
  public static var fastOpenConnect: Self { Self(c_mio_option_fast_open_connect()) }
}

extension SocketOption<Duration> {
  /// How long a connection is idle before it is probed.
  ///
  /// `TCP_KEEPIDLE`, Apple `TCP_KEEPALIVE`.
  ///
  /// Whole seconds, rounded up. Unsupported on OpenBSD.
  public static var keepAliveIdle: Self { Self(c_mio_option_keep_idle(), in: .seconds) }

  /// The time between two probes.
  ///
  /// `TCP_KEEPINTVL`.
  ///
  /// Whole seconds, rounded up. Unsupported on OpenBSD.
  public static var keepAliveInterval: Self { Self(c_mio_option_keep_interval(), in: .seconds) }

  /// How long written data may stay unacknowledged before the connection ends.
  ///
  /// `TCP_USER_TIMEOUT`, Windows `TCP_MAXRTMS`.
  ///
  /// Whole milliseconds, rounded up; zero is the system's default. Unsupported on Apple's systems and the BSDs.
  public static var userTimeout: Self { Self(c_mio_option_user_timeout(), in: .milliseconds) }

  /// How long a listener waits for a connection's first bytes before it announces the connection; zero for
  /// not at all.
  ///
  /// `TCP_DEFER_ACCEPT`.
  ///
  /// Whole seconds, rounded up, and then to the times at which Linux repeats its answer. A connection that has
  /// sent nothing by then is announced when its client answers once more. Linux only: the BSDs' accept
  /// filters (`SO_ACCEPTFILTER`) are modules of the kernel, set by ``Socket/writeOption(level:name:from:)-(_,_,Span<UInt8>)``.
  public static var deferAccept: Self { Self(c_mio_option_defer_accept(), in: .seconds) }
}

extension SocketOption<Duration?> {
  /// What closing does with unsent data.
  ///
  /// `SO_LINGER`, Apple `SO_LINGER_SEC`.
  ///
  /// `nil`, the default, sends it in the background; zero discards it and resets the connection; other
  /// times, in whole seconds, may make closing block. Windows does not block: closing a socket of Mio's may fail
  /// there (`WSAEWOULDBLOCK` of `closesocket`), and leave it open, so use `nil` or zero. It counts to 65,535 seconds.
  public static var linger: Self { Self(c_mio_option_linger()) }
}

extension SocketOption<Int> {
  /// How many probes go unanswered before the connection ends.
  ///
  /// `TCP_KEEPCNT`.
  ///
  /// Unsupported on OpenBSD.
  public static var keepAliveCount: Self { Self(c_mio_option_keep_count(), 1 ... .max) }

  /// How many bytes may wait to be sent before the stream ceases to be writable.
  ///
  /// `TCP_NOTSENT_LOWAT`.
  ///
  /// What is on its way does not count: a small number keeps what is written late fresh, at no loss of speed.
  /// Linux and Apple's systems; unsupported elsewhere.
  public static var unsentLimit: Self { Self(c_mio_option_unsent_limit(), 0 ... .max) }

  /// How many connections of a listener may wait that brought bytes with their request; 0 for none.
  ///
  /// `TCP_FASTOPEN`.
  ///
  /// Apple's systems, FreeBSD and Windows know 0 and 1. The system has to allow it (Linux `tcp_fastopen`,
  /// FreeBSD `net.inet.tcp.fastopen.server_enable`). Unsupported on OpenBSD and NetBSD.
  public static var fastOpen: Self { Self(c_mio_option_fast_open(), 0 ... .max) }
}

extension SocketOption<String> {
  /// The algorithm that decides how fast is sent, such as `cubic`, `reno` or `bbr`.
  ///
  /// `TCP_CONGESTION`, NetBSD `TCP_CONGCTL`.
  ///
  /// One that the system does not have is `.notFound`; one that it keeps to the superuser `.permissionDenied`.
  /// Linux, FreeBSD and NetBSD; unsupported elsewhere.
  public static var congestionControl: Self { Self(c_mio_option_congestion_control()) }
}
