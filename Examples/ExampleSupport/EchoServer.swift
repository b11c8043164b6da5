public import MioCore

/// A server that accepts connections and echoes their data until it is stopped.
///
/// It works with any listener that accepts byte streams.
public struct EchoServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Stream>

  /// The receiver of the signals that stop the server, or `nil` if the server catches none.
  var signals: TerminationSignals?

  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var table = EchoTable<Stream>()

  /// The work that the server has done.
  public var counts: EchoCounts { table.counts }

  // The tokens of the table are larger.
  @inlinable
  static var listenerToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  /// Creates a server.
  ///
  /// - Parameter listener: The listener whose connections are served.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(_ listener: consuming Listener) throws(IOError) {
    let poll = try Poll<S>()
    let acceptor = try Acceptor(listener, token: Self.listenerToken, for: poll)
    events = try Events(capacity: 256)
    self.poll = poll
    self.acceptor = acceptor
  }

  /// Catches SIGINT and SIGTERM from now on, and stops serving when one of them arrives.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  public mutating func stopOnTermination() throws(IOError) {
    signals = try TerminationSignals(reportingTo: poll.registry, token: Self.stopToken)
  }

  /// Creates a waker that stops the server from any thread.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  public borrowing func makeStopWaker() throws(IOError) -> PollWaker {
    try poll.registry.makeWaker(token: Self.stopToken)
  }

  /// Serves until the server is stopped.
  ///
  /// - Throws: ``IOError`` if the server cannot continue. The failure of one connection does not
  ///   end it.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try poll.poll(into: &events, until: acceptor.retryTime)
      try acceptor.retry(for: poll)
      for event in events {
        switch event.token {
        case Self.stopToken:
          table.removeAll()
          return
        case Self.listenerToken: try accept()
        default:
          if try table.serve(event, with: poll.registry) {
            try acceptor.connectionDidClose(for: poll)
          }
        }
      }
    }
  }
}

// MARK: - Accepting

extension EchoServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func accept() throws(IOError) {
    acceptor.beginTurn()
    while let stream = try acceptor.accept(for: poll) { table.add(stream, to: poll.registry) }
  }
}
