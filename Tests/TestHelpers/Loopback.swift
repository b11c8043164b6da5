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

  /// A UDP socket at a port that the system picks.
  public static func udpSocket(_ version: IPVersion = .v4) throws(IOError) -> UDPSocket {
    switch version {
    case .v4: try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    case .v6: try UDPSocket(bindingTo: SocketAddress(v6: .loopback, port: 0))
    }
  }

  /// A UDP socket that hears nobody but itself: who sends to it learns that nobody receives.
  ///
  /// It keeps its port, which a socket that was closed leaves to the next test.
  public static func deafUDPSocket() throws(IOError) -> UDPSocket {
    let socket = try udpSocket()
    try socket.connect(to: try socket.localAddress)
    return socket
  }

  /// Two UDP sockets that are each other's peer, or that have no peer.
  public static func udpPair(
    _ version: IPVersion = .v4, connected: Bool = true
  ) throws(IOError) -> ConnectedPair<UDPSocket> {
    let pair = ConnectedPair(first: try udpSocket(version), second: try udpSocket(version))
    if connected { try pair.first.connectBoth(pair.second) }
    return pair
  }
}

extension AddressedSocket where Self: ~Copyable {
  /// Makes two sockets each other's peer.
  ///
  /// - Throws: ``IOError``, as connecting does.
  public borrowing func connectBoth(_ other: borrowing Self) throws(IOError) {
    try connect(to: try other.localAddress)
    try other.connect(to: try localAddress)
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
