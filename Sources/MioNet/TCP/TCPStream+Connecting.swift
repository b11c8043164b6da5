public import MioCore

extension TCPStream: ConnectingStream {
  /// Finds out how the connect went that ``init(connectingTo:)`` began.
  ///
  /// Ask when the stream is reported writable, or at any other time.
  ///
  /// - Returns: Whether the connection is there yet. With `TCP_FASTOPEN_CONNECT` of Linux it is `.connected`
  ///   before the first write, which begins the connection.
  /// - Throws: ``IOError`` with the reason of the failure, `.connectionRefused`, `.timedOut` and others;
  ///   the system tells it once, and further calls throw `.notConnected`, as for a stream that was
  ///   never connected.
  /// - SeeAlso: what mio 1.2.2 asks its users to do after `TcpStream::connect`.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try connectStatus()
  }
}
