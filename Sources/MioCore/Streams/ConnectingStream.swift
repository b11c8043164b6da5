/// A stream that begins with a connect: TCP, Unix and simulated streams.
///
/// A client or a proxy that is generic over its stream connects to whatever the stream's addresses name:
///
///     let stream = try Stream(connectingTo: address)
///     try registry.register(stream, token: token, interest: [.readable, .writable])
///     // After a writable event:
///     if try stream.finishConnect() == .connected { … }
public protocol ConnectingStream: ByteStream, PendingErrorSource, ~Copyable {
  /// What names a listener.
  associatedtype Address

  /// Begins to connect.
  ///
  /// It does not wait for the answer: register the stream, and call ``finishConnect()`` when it is
  /// reported writable.
  ///
  /// It is `nil` when the listener can take no connection at the moment and no event would tell when it can,
  /// as with Unix sockets on Linux: try again later.
  ///
  /// - Throws: ``IOError`` when it is known at once that the connect fails, or when the system has no
  ///   descriptor left.
  init?(connectingTo address: Address) throws(IOError)

  /// Finds out how the connect went.
  ///
  /// - Throws: ``IOError`` with the reason of the failure, `.connectionRefused`, `.timedOut` and others. It is
  ///   told once.
  borrowing func finishConnect() throws(IOError) -> ConnectStatus
}

/// How far a connect has come.
@frozen
public enum ConnectStatus: Sendable, Hashable {
  /// The peer has not answered yet: wait for the stream to become writable.
  case pending
  /// The connection is there, or goes with the first write (TCP Fast Open).
  case connected
}
