import CMioErrors
import CMioSocket
import MioCore

/// A socket that accepts connections.
public protocol ListenerSocket: Socket, ~Copyable {}

extension ListenerSocket where Self: ~Copyable {
  /// Accepts a connection without querying the address of its peer.
  borrowing func acceptOne() throws(IOError) -> OwnedSource? {
    try accept { c_mio_accept($0, nil) }
  }

  /// Accepts a connection and stores the address of its peer.
  borrowing func acceptOne(naming peer: inout c_mio_name) throws(IOError) -> OwnedSource? {
    try accept { unsafe c_mio_accept($0, &peer) }
  }

  private borrowing func accept(_ call: (Int) -> Int) throws(IOError) -> OwnedSource? {
    let accepted = try transfer(.readable, .accept) { listener in
      while true {
        let result = call(listener)
        // The error belongs to that connection, not to the listener: take the next connection.
        if -result != C_MIO_ECONNABORTED && -result != C_MIO_EPROTO { return result }
      }
    }
    guard let accepted else { return nil }
    return try OwnedSource(owning: accepted, .accept)
  }
}
