import CMioSocket

// The options of Unix sockets; each names its constant of `setsockopt(2)`.

extension SocketOption<Bool> {
  /// Whether ``AncillaryValues/credentials`` comes with what is received.
  ///
  /// `SO_PASSCRED`.
  ///
  /// Linux only.
  public static var passCredentials: Self { Self(c_mio_option_pass_credentials()) }
}
