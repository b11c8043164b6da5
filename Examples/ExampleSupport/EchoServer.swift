public import MioCore

/// A server that accepts connections and echoes their data until it is stopped.
///
/// It works with any listener that accepts byte streams.
public struct EchoServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Stream>

  /// The poll of the server.
  public var loop: ServerPoll<S>

  @usableFromInline
  var table = EchoTable<Stream>()

  /// The work that the server has done.
  public var counts: EchoCounts { table.counts }

  /// Creates a server.
  ///
  /// - Parameter listener: The listener whose connections are served.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(_ listener: consuming Listener) throws(IOError) {
    let loop = try ServerPoll<S>()
    let acceptor = try Acceptor(
      listener, token: ServerPoll<S>.listenerToken, for: loop.poll)
    self.loop = loop
    self.acceptor = acceptor
  }

  /// Serves until the server is stopped.
  ///
  /// - Throws: ``IOError`` if the server cannot continue. The failure of one connection does not
  ///   end it.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try loop.poll.poll(into: &loop.events, until: acceptor.retryTime)
      acceptor.retry(for: loop.poll)
      for event in loop.events {
        switch event.token {
        case ServerPoll<S>.stopToken:
          table.removeAll()
          return
        case ServerPoll<S>.listenerToken: accept()
        default:
          if table.serve(event, with: loop.poll.registry) {
            acceptor.connectionDidClose(for: loop.poll)
          }
        }
      }
    }
  }
}

// MARK: - Accepting

extension EchoServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func accept() {
    acceptor.beginTurn()
    while let stream = acceptor.accept(for: loop.poll) {
      table.add(stream, to: loop.poll.registry)
    }
  }
}
