import CMioSocket
import MioCore

/// A Unix socket that can have a peer.
public protocol UnixPeer: ConnectableSocket, ~Copyable where Address == UnixAddress {}

extension UnixPeer where Self: ~Copyable {
  /// Who the peer was when it connected, made the pair, or began to listen.
  ///
  /// Apple's systems tell the process only while the connection lives.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` for a socket without a peer, and for
  ///   datagram sockets: on Linux those that are not from a pair, elsewhere all.
  /// - SeeAlso: `SO_PEERCRED` in `unix(7)`, `getpeereid(3)`.
  public var peerCredentials: PeerCredentials {
    get throws(IOError) {
      var record = c_mio_credentials()
      let result = unsafe c_mio_peer_credentials(descriptor.rawValue, &record)
      if result < 0 { try IOError.raise(result, .peerCredentials) }
      return PeerCredentials(record)
    }
  }
}
