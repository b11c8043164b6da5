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
  var connections = TokenTable<EchoConnection<Stream>>(minimumCapacity: 1024)

  /// The number of accepted connections.
  ///
  /// `byteCount` is the number of bytes that ended connections echoed.
  @usableFromInline
  var connectionCount = 0

  @usableFromInline
  var byteCount = 0

  /// A summary of the server's work for the user.
  public var summary: String { "served \(connectionCount) connections, \(byteCount) bytes" }

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
          closeAll()
          return
        case Self.listenerToken: try accept()
        default: try serve(event)
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
    while let stream = try acceptor.accept(for: poll) { add(stream) }
  }

  @inlinable
  mutating func add(_ stream: consuming Stream) {
    let token = connections.insert(EchoConnection(stream))
    do throws(IOError) {
      try connections.withValue(for: token) { connection throws(IOError) in
        try poll.registry.register(
          connection.stream, token: token, interest: [.readable, .writable])
      }
      connectionCount += 1
    } catch {
      // A connection that cannot be registered cannot be served. Its removal from the table closes
      // it.
      complain("\(error)")
      _ = connections.remove(token)
    }
  }
}

// MARK: - Serving

extension EchoServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func serve(_ event: Event) throws(IOError) {
    let progress = connections.withValue(for: event.token) { connection in
      // A connection that fails has ended. Its peer is gone, so the error is not reported.
      (try? connection.serve(event)) ?? .finished
    }
    switch progress {
    case .finished: try close(event.token)
    case .yielding: try comeBack(to: event.token)
    case .waiting, nil: break
    }
  }

  /// Makes the poll report the connection again, after the other connections.
  ///
  /// A reregistration counts as an edge.
  @inlinable
  mutating func comeBack(to token: Token) throws(IOError) {
    try connections.withValue(for: token) { connection throws(IOError) in
      try poll.registry.reregister(
        connection.stream, token: token, interest: [.readable, .writable])
    }
  }

  @inlinable
  mutating func close(_ token: Token) throws(IOError) {
    guard let connection = connections.remove(token) else { return }
    byteCount += connection.echoedCount
    _ = consume connection
    try acceptor.connectionDidClose(for: poll)
  }

  @inlinable
  mutating func closeAll() {
    connections.forEach { _, connection in byteCount += connection.echoedCount }
    connections.removeAll()
  }
}
