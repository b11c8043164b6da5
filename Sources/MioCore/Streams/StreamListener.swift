/// A listener whose connections are byte streams, such as a TCP, Unix or simulated listener.
///
/// A server that is generic over its listener and its stream works with all of them:
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
/// An associated type has to be copyable in Swift 6.3, and a stream is not. A function that returns
/// a stream is copyable. So the associated type is the function, and it names the stream. In a
/// release build the call of the function is a direct call.
public protocol StreamListener: Source, ~Copyable {
  /// The type of the accept function: ``AcceptFunction`` of this listener and of its streams.
  associatedtype Accept

  /// The function that accepts one connection.
  ///
  /// Callers use ``acceptStream()``.
  static var acceptFunction: Accept { get }
}

extension StreamListener where Self: ~Copyable {
  /// Accepts the oldest waiting connection.
  ///
  /// - Returns: The connection, or `nil` if none is waiting, which means that the listener is
  ///   drained.
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` or `.outOfMemory`, or another kind of
  ///   the listener. After these two the connection is still waiting, and the listener is not
  ///   drained.
  @inlinable
  public borrowing func acceptStream<Stream: ~Copyable>() throws(IOError) -> Stream?
  where Accept == AcceptFunction<Self, Stream> {
    try Self.acceptFunction.accept(self)
  }
}

/// A function that accepts a connection from a listener.
@frozen
public struct AcceptFunction<Listener: ~Copyable, Stream: ~Copyable>: Sendable {
  @usableFromInline
  let accept: @Sendable (borrowing Listener) throws(IOError) -> Stream?

  /// Creates the accept function of a listener type.
  ///
  /// - Parameter accept: Accepts the oldest waiting connection, or returns `nil` if none is
  ///   waiting.
  @inlinable
  public init(_ accept: @escaping @Sendable (borrowing Listener) throws(IOError) -> Stream?) {
    self.accept = accept
  }
}
