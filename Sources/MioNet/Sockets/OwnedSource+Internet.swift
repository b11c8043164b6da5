import CMioSocket
import MioCore

// The defaults of TCP and UDP sockets, which are the same on every system as far as it can have them.
extension OwnedSource {
  /// Creates a socket; one of IPv6 serves IPv4 as well.
  static func internet(_ kind: SocketKind, _ version: IPVersion) throws(IOError) -> OwnedSource {
    let source = try OwnedSource(creating: kind)
    if version == .v6 { try source.serveIPv4() }
    return source
  }

  private borrowing func serveIPv4() throws(IOError) {
    do throws(IOError) {
      try SocketOption.onlyV6.set(false, of: descriptor)
    } catch {
      // OpenBSD has no mapped addresses: ip6_ctloutput(9) refuses, and the socket serves IPv6 only.
      if error.kind != .invalidArgument { throw error }
    }
  }

  /// Lets a listener that is started again have its address.
  borrowing func allowRebinding() throws(IOError) {
    let result = c_mio_allow_rebinding(descriptor.rawValue)
    if result < 0 { try IOError.raise(result, .setOption) }
  }

  /// Keeps others from the address that the socket is about to get.
  borrowing func excludeOthers() throws(IOError) {
    let result = c_mio_exclude_others(descriptor.rawValue)
    if result < 0 { try IOError.raise(result, .bind) }
  }
}
