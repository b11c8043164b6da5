public import MioCore
public import MioNet

/// Connections of this machine with itself.
public enum Loopback {
  /// A listener at a port that the system picks.
  public static func listener() throws(IOError) -> TCPListener {
    try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0))
  }

  /// A connected pair of TCP streams.
  public static func pair() throws(IOError) -> ConnectedPair<TCPStream> {
    try pair(of: try listener())
  }

  /// A connection to a listener, with both ends of it.
  public static func pair(
    of listener: borrowing TCPListener
  ) throws(IOError)
    -> ConnectedPair<TCPStream>
  {
    let client = try TCPStream(connectingTo: try listener.localAddress)
    // Loopback connects at once, or within the time that a few questions take.
    for _ in 0..<100_000 {
      guard let server = try listener.accept() else { continue }
      while try client.finishConnect() == .pending {}
      return ConnectedPair(first: client, second: server)
    }
    throw IOError(.timedOut, operation: .connect)
  }
}

extension TCPListener {
  /// Accepts the connection that an event has announced.
  ///
  /// - Throws: ``IOError``, with the kind `.wouldBlock` when there is none.
  public borrowing func acceptAnnounced() throws(IOError) -> AcceptedConnection {
    guard let connection = try acceptWithAddress() else {
      throw IOError(.wouldBlock, operation: .accept)
    }
    return connection
  }
}
