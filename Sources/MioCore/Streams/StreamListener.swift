/// A source of incoming connections, each a stream of bytes: TCP, Unix and simulated listeners.
///
/// A server that is generic over its listener and its stream serves all of them:
///
///     struct Server<Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable>: ~Copyable
///     where Listener.Accept == AcceptFunction<Listener, Stream> {
///       let listener: Listener
///
///       func acceptAll() throws(IOError) {
///         while let stream = try listener.acceptStream() { … }
///       }
///     }
///
///     let server = Server(try TCPListener(bindingTo: address))   // Stream is TCPStream
///
/// An associated type has to be copyable in Swift 6.3, and a stream is not. A function that returns a
/// stream is copyable. So the associated type is the function, and it names the stream. In a release build
/// the call of the function is a direct call.
public protocol StreamListener: Source, ~Copyable {
  /// How the listener accepts: ``AcceptFunction`` of the listener and of the streams that it accepts.
  associatedtype Accept

  /// Accepts one connection.
  ///
  /// Call ``acceptStream()``.
  static var acceptFunction: Accept { get }
}

extension StreamListener where Self: ~Copyable {
  /// Accepts the connection that has waited longest.
  ///
  /// - Returns: The connection, `nil` if none waits: the listener is drained.
  /// - Throws: ``IOError``: `.tooManyOpenFiles` or `.outOfMemory`, and then the connection still waits and the
  ///   listener is not drained; or another of the listener's.
  @inlinable
  public borrowing func acceptStream<Stream: ~Copyable>() throws(IOError) -> Stream?
  where Accept == AcceptFunction<Self, Stream> {
    try Self.acceptFunction.accept(self)
  }
}

/// A function that takes a connection from a listener.
@frozen
public struct AcceptFunction<Listener: ~Copyable, Stream: ~Copyable>: Sendable {
  @usableFromInline
  let accept: @Sendable (borrowing Listener) throws(IOError) -> Stream?

  /// Creates the function of a listener's type.
  ///
  /// - Parameter accept: Takes the connection that has waited longest, or returns `nil` if none waits.
  @inlinable
  public init(_ accept: @escaping @Sendable (borrowing Listener) throws(IOError) -> Stream?) {
    self.accept = accept
  }
}
