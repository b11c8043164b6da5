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
  var connections = TokenTable<EchoConnection<Stream>>(minimumCapacity: 1024)

  /// How many connections were accepted, and how many bytes echoed on those that ended.
  @usableFromInline
  var connectionCount = 0

  @usableFromInline
  var byteCount = 0

  /// What the server did, for people.
  public var summary: String { "served \(connectionCount) connections, \(byteCount) bytes" }

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
      // It cannot be watched, so it cannot be served: leaving the table closes it.
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
      // A connection that fails is over; its peer has gone, and there is nobody to tell.
      (try? connection.serve(event)) ?? .finished
    }
    switch progress {
    case .finished: try close(event.token)
    case .yielding: try comeBack(to: event.token)
    case .waiting, nil: break
    }
  }

  /// Has the connection reported again, after the others: registering anew counts as an edge.
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
