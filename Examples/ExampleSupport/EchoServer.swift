public import MioCore

/// Accepts connections and echoes on them, until it is told to stop.
///
/// It serves whatever listens and accepts streams of bytes.
public struct EchoServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// What accepts the connections.
  public var acceptor: Acceptor<Listener, Stream>

  /// What catches signals, if anything does.
  var signals: TerminationSignals?

  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var table = EchoTable<Stream>()

  /// The work that the server has done.
  public var counts: EchoCounts { table.counts }

  // The table's own tokens are larger.
  @inlinable
  static var listenerToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  /// Prepares to serve.
  ///
  /// - Parameter listener: What the connections come from.
  /// - Throws: ``IOError`` when the system has no descriptor left.
  @inlinable
  public init(_ listener: consuming Listener) throws(IOError) {
    let poll = try Poll<S>()
    let acceptor = try Acceptor(listener, token: Self.listenerToken, for: poll)
    events = try Events(capacity: 256)
    self.poll = poll
    self.acceptor = acceptor
  }

  /// Catches SIGINT and SIGTERM from now on, and stops serving when one comes.
  ///
  /// - Throws: ``IOError`` when the system has no descriptor left.
  public mutating func stopOnTermination() throws(IOError) {
    signals = try TerminationSignals(reportingTo: poll.registry, token: Self.stopToken)
  }

  /// Makes a waker that stops the server, from any thread.
  ///
  /// - Throws: ``IOError`` when the system has no descriptor left.
  public borrowing func makeStopWaker() throws(IOError) -> PollWaker {
    try poll.registry.makeWaker(token: Self.stopToken)
  }

  /// Serves until it is told to stop.
  ///
  /// - Throws: ``IOError`` when the server cannot go on; what happens to one connection is no reason.
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
