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
      // An error that belongs to a connection takes it from the queue: take the next connection. The
      // listener itself may have the same error, again and again.
      for _ in 0..<64 {
        let result = call(listener)
        if !isErrorOfConnection(-result) { return result }
      }
      return call(listener)
    }
    guard let accepted else { return nil }
    return try OwnedSource(owning: accepted, .accept)
  }
}

/// Whether `accept(2)` may report an error of the waiting connection with this code.
private func isErrorOfConnection(_ code: Int) -> Bool {
  code == C_MIO_ECONNABORTED || code == C_MIO_EPROTO || code == C_MIO_ENETDOWN
    || code == C_MIO_ENETUNREACH || code == C_MIO_EHOSTUNREACH
}
