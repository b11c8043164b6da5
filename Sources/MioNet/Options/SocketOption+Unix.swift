import CMioSocket

// The options of Unix sockets. Each comment names the constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether ``AncillaryValues/credentials`` comes with received data.
  ///
  /// `SO_PASSCRED`, FreeBSD `LOCAL_CREDS_PERSISTENT`, NetBSD `LOCAL_CREDS`.
  ///
  /// On NetBSD stream and packet sockets report the credentials once, with the next data that is
  /// sent. Unsupported on Apple's systems and OpenBSD: use ``UnixPeer/peerCredentials`` there.
  public static var passCredentials: Self { Self(c_mio_option_pass_credentials()) }
}
