import CMioSocket
import MioCore

/// A Unix socket that can have a peer.
public protocol UnixPeer: ConnectableSocket, ~Copyable where Address == UnixAddress {}

extension UnixPeer where Self: ~Copyable {
  /// The credentials that the peer had when it connected, created the pair, or began to listen.
  ///
  /// Apple's systems report the process only while the connection exists.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` for a socket without a peer, and for
  ///   datagram sockets: on Linux for those that are not from a pair, on other systems for all.
  /// - SeeAlso: `SO_PEERCRED` in `unix(7)`, `getpeereid(3)`.
  public var peerCredentials: PeerCredentials {
    get throws(IOError) {
      var record = c_mio_credentials()
      try unsafe IOError.check(
        c_mio_peer_credentials(descriptor.rawValue, &record), .peerCredentials)
      return PeerCredentials(record)
    }
  }
}
