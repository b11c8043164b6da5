public import MioCore
public import MioNet

/// Connections over the loopback interface.
public enum Loopback {
  /// Creates a listener at a port that the system selects.
  public static func listener() throws(IOError) -> TCPListener {
    try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0))
  }

  /// Creates a connected pair of TCP streams.
  public static func pair() throws(IOError) -> ConnectedPair<TCPStream> {
    try pair(of: try listener())
  }

  /// Connects to a listener, and returns both ends of the connection.
  public static func pair(
    of listener: borrowing TCPListener
  ) throws(IOError)
    -> ConnectedPair<TCPStream>
  {
    let client = try TCPStream(connectingTo: try listener.localAddress)
    // A loopback connect completes at once, or while this loop polls the listener.
    for _ in 0..<100_000 {
      guard let server = try listener.accept() else { continue }
      while try client.finishConnect() == .pending {}
      return ConnectedPair(first: client, second: server)
    }
    throw IOError(.timedOut, operation: .connect)
  }

  /// Creates a UDP socket at a port that the system selects.
  public static func udpSocket(_ version: IPVersion = .v4) throws(IOError) -> UDPSocket {
    switch version {
    case .v4: try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    case .v6: try UDPSocket(bindingTo: SocketAddress(v6: .loopback, port: 0))
    }
  }

  /// Creates a UDP socket that receives only from itself.
  ///
  /// A message from another socket causes an error for its sender.
  ///
  /// The socket keeps its port. The port of a closed socket could be taken by another test.
  public static func deafUDPSocket() throws(IOError) -> UDPSocket {
    let socket = try udpSocket()
    try socket.connect(to: try socket.localAddress)
    return socket
  }

  /// Creates two UDP sockets, which are connected to each other or not connected.
  public static func udpPair(
    _ version: IPVersion = .v4, connected: Bool = true
  ) throws(IOError) -> ConnectedPair<UDPSocket> {
    let pair = ConnectedPair(first: try udpSocket(version), second: try udpSocket(version))
    if connected { try pair.first.connectBoth(pair.second) }
    return pair
  }
}

extension AddressedSocket where Self: ~Copyable {
  /// Connects two sockets to each other.
  ///
  /// - Throws: ``IOError`` if connecting fails.
  public borrowing func connectBoth(_ other: borrowing Self) throws(IOError) {
    try connect(to: try other.localAddress)
    try other.connect(to: try localAddress)
  }
}

extension TCPListener {
  /// Accepts the connection that an event has reported.
  ///
  /// - Throws: ``IOError`` with the kind `.wouldBlock` if there is no connection.
  public borrowing func acceptAnnounced() throws(IOError) -> AcceptedConnection {
    guard let connection = try acceptWithAddress() else {
      throw IOError(.wouldBlock, operation: .accept)
    }
    return connection
  }
}
