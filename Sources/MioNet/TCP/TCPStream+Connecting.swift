import CMioErrors
import CMioSocket
public import MioCore

/// How far a connect has come.
@frozen
public enum ConnectStatus: Sendable, Hashable {
  /// The peer has not answered yet: wait for the stream to become writable.
  case pending
  /// The connection is there.
  case connected
}

extension TCPStream {
  /// Finds out how the connect went that ``init(connectingTo:)`` began.
  ///
  /// Ask when the stream is reported writable, or at any other time.
  ///
  /// - Returns: Whether the connection is there yet.
  /// - Throws: ``IOError`` with the reason of the failure, `.connectionRefused`, `.timedOut` and others;
  ///   the system tells it once, and further calls throw `.notConnected`, as for a stream that was
  ///   never connected.
  /// - SeeAlso: what mio 1.2.2 asks its users to do after `TcpStream::connect`.
  public borrowing func finishConnect() throws(IOError) -> ConnectStatus {
    try throwPendingError()
    var peer = c_mio_name()
    let named = unsafe c_mio_peer_name(descriptor.rawValue, &peer)
    if named >= 0 { return .connected }
    guard -named == C_MIO_ENOTCONN else { try IOError.raise(named, .connect) }

    // Still under way, or over: a socket that still connects is not writable.
    let isWritable = c_mio_is_writable(descriptor.rawValue)
    if isWritable < 0 { try IOError.raise(isWritable, .connect) }
    if isWritable == 0 {
      socket.registration.wouldBlock(.writable)
      return .pending
    }
    // It may have come to its end between the questions.
    try throwPendingError()
    if unsafe c_mio_peer_name(descriptor.rawValue, &peer) >= 0 { return .connected }
    try IOError.raise(named, .connect)
  }

  private borrowing func throwPendingError() throws(IOError) {
    let code = try takeErrorCode(.connect)
    if code != 0 { try IOError.raise(-Int(code), .connect) }
  }
}
