/// A stream that connects to a listener, such as a TCP, Unix or simulated stream.
///
/// A client or a proxy that is generic over its stream connects to any address of that stream:
///
///     let stream = try Stream(connectingTo: address)
///     try registry.register(stream, token: token, interest: [.readable, .writable])
///     // After a writable event:
///     if try stream.finishConnect() == .connected { … }
public protocol ConnectingStream: ByteStream, PendingErrorSource, ~Copyable {
  /// The address of a listener.
  associatedtype Address

  /// Begins to connect.
  ///
  /// The call does not wait for an answer. Register the stream, and call ``finishConnect()`` when
  /// it is reported as writable.
  ///
  /// The result is `nil` if the listener cannot accept a connection now and no event would report
  /// when it can, as with Unix sockets on Linux. Try again later.
  ///
  /// - Throws: ``IOError`` if the connect fails immediately, or if the system has no descriptor
  ///   left.
  init?(connectingTo address: Address) throws(IOError)

  /// Returns the status of the connect.
  ///
  /// - Throws: ``IOError`` with the reason of the failure: the kind `.connectionRefused`,
  ///   `.timedOut` or another. It is reported once.
  borrowing func finishConnect() throws(IOError) -> ConnectStatus
}

/// The status of a connect.
@frozen
public enum ConnectStatus: Sendable, Hashable {
  /// The peer has not answered yet. Wait until the stream is writable.
  case pending
  /// The connection exists, or the first write will establish it (TCP Fast Open).
  case connected
}
