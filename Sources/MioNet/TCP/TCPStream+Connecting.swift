public import MioCore

extension TCPStream: ConnectingStream {
  /// Returns the state of the connect that ``init(connectingTo:)`` started.
  ///
  /// Call it when an event reports the stream as writable, or at any other time.
  ///
  /// - Returns: Whether the connection is established. With `TCP_FASTOPEN_CONNECT` of Linux the
  ///   result is `.connected` before the first write, which starts the connection.
  /// - Throws: ``IOError`` with the reason of the failure: `.connectionRefused`, `.timedOut`, or
  ///   another. The system reports the reason once. Further calls throw `.notConnected`, as for a
  ///   stream that was never connected.
  /// - SeeAlso: the check that mio 1.2.2 requires of its users after `TcpStream::connect`.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try connectStatus()
  }
}
