import CMioSocket
public import MioCore

/// A socket that can have a peer.
public protocol ConnectableSocket: Socket, ~Copyable {}

extension ConnectableSocket where Self: ~Copyable {
  /// The address of the peer.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected` before the connection is established, and
  ///   after it has failed.
  /// - SeeAlso: mio 1.2.2 `peer_addr`; `getpeername(2)`.
  public var peerAddress: Address {
    get throws(IOError) {
      let descriptor = descriptor.rawValue
      return try Address.ask(.peerAddress) { unsafe c_mio_peer_name(descriptor, &$0) }
    }
  }

  /// Shuts down one direction or both, for all holders of the connection.
  ///
  /// - Throws: ``IOError`` with the kind `.notConnected`, or another.
  /// - SeeAlso: mio 1.2.2 `shutdown`; `shutdown(2)`.
  public borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    let how: Int32 =
      switch directions {
      case .read: 0
      case .write: 1
      case .both: 2
      }
    try IOError.check(c_mio_shutdown(descriptor.rawValue, how), .shutdown)
  }
}
