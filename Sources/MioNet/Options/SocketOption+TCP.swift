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
  ///
  /// Unsupported on OpenBSD.
  public static var keepAliveCount: Self { Self(c_mio_option_keep_count(), 1 ... .max) }
}
