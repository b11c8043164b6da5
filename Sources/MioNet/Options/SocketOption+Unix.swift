import CMioSocket

// The options of Unix sockets; each names its constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether ``AncillaryValues/credentials`` comes with what is received.
  ///
  /// `SO_PASSCRED`, FreeBSD `LOCAL_CREDS_PERSISTENT`, NetBSD `LOCAL_CREDS`.
  ///
  /// NetBSD's streams and packets tell it once, with what is sent next. Unsupported on Apple's systems and
  /// OpenBSD: ask for ``UnixPeer/peerCredentials`` there.
  public static var passCredentials: Self { Self(c_mio_option_pass_credentials()) }
}
