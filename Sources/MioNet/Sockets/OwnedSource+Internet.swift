import CMioSocket
import MioCore

// The defaults of TCP and UDP sockets, which are the same on every system that supports them.
extension OwnedSource {
  /// Creates a socket; an IPv6 socket also serves IPv4.
  static func internet(_ kind: SocketKind, _ version: IPVersion) throws(IOError) -> OwnedSource {
    let source = try OwnedSource(creating: kind)
    if version == .v6 { try source.serveIPv4() }
    return source
  }

  private borrowing func serveIPv4() throws(IOError) {
    do throws(IOError) {
      try SocketOption.onlyV6.set(false, of: descriptor)
    } catch {
      // OpenBSD has no mapped addresses: ip6_ctloutput(9) refuses, and the socket serves only IPv6.
      if error.kind != .invalidArgument { throw error }
    }
  }

  /// Allows a restarted listener to bind to its address again.
  borrowing func allowRebinding() throws(IOError) {
    try IOError.check(c_mio_allow_rebinding(descriptor.rawValue), .setOption)
  }

  /// Prevents other sockets from binding to the address that the socket will bind to.
  borrowing func excludeOthers() throws(IOError) {
    try IOError.check(c_mio_exclude_others(descriptor.rawValue), .bind)
  }
}
