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
      var networkErrors = 0
      while true {
        let result = call(listener)
        switch -result {
        // The error belongs to that connection, not to the listener: take the next connection.
        case C_MIO_ECONNABORTED, C_MIO_EPROTO: continue
        // These errors may also belong to that connection. But a listener without a network may
        // report them each time.
        case C_MIO_ENETDOWN, C_MIO_ENETUNREACH, C_MIO_EHOSTUNREACH:
          networkErrors += 1
          if networkErrors > 64 { return result }
        default: return result
        }
      }
    }
    guard let accepted else { return nil }
    return try OwnedSource(owning: accepted, .accept)
  }
}
