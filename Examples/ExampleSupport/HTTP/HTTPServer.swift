public import MioCore

/// Answers HTTP/1.1 requests for `/` with a greeting, until it is told to stop.
///
/// A client has some time for each request, from the answer to the one before. So one that sends nothing, sends
/// too slowly, or does not take its answers is closed.
public struct HTTPServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// What accepts the connections.
  public var acceptor: Acceptor<Listener, Stream>

  @usableFromInline
  let timeout: Duration

  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var connections = TokenTable<HTTPConnection<Stream>>(minimumCapacity: 1024)

  /// By when connections have to send a request.
  @usableFromInline
  var deadlines = DeadlineQueue(minimumCapacity: 1024)

  /// What catches signals, if anything does.
  var signals: TerminationSignals?

  @usableFromInline
  var connectionCount = 0

  @usableFromInline
  var answerCount = 0

  /// What the server did, for people.
  public var summary: String { "served \(connectionCount) connections, \(answerCount) requests" }

  // The table's own tokens are larger.
  @inlinable
  static var listenerToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  /// Prepares to serve.
  ///
  /// - Parameters:
  ///   - listener: What the connections come from.
  ///   - timeout: How long a client has for a request.
  /// - Throws: ``IOError`` when the system has no descriptor left.
  @inlinable
  public init(
    _ listener: consuming Listener, timeout: Duration = .seconds(15)
  ) throws(IOError) {
    let poll = try Poll<S>()
    let acceptor = try Acceptor(listener, token: Self.listenerToken, for: poll)
    events = try Events(capacity: 256)
    self.poll = poll
    self.acceptor = acceptor
    self.timeout = timeout
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
      try poll.poll(into: &events, until: min(deadlines.first, acceptor.retryTime))
      try acceptor.retry(for: poll)
      let now = poll.now
      for event in events {
        switch event.token {
        case Self.stopToken:
          closeAll()
          return
        case Self.listenerToken: try accept(at: now)
        default: try serve(event, at: now)
        }
      }
      while let token = deadlines.popFirst(dueBy: now) { try close(token) }
    }
  }
}

// MARK: - Accepting

extension HTTPServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func accept(at now: Instant) throws(IOError) {
    acceptor.beginTurn()
    while let stream = try acceptor.accept(for: poll) { add(stream, at: now) }
  }

  @inlinable
  mutating func add(_ stream: consuming Stream, at now: Instant) {
    let token = connections.insert(HTTPConnection(stream))
    do throws(IOError) {
      try connections.withValue(for: token) { connection throws(IOError) in
        try poll.registry.register(
          connection.stream, token: token, interest: [.readable, .writable])
      }
      deadlines[token] = now.advanced(by: timeout)
      connectionCount += 1
    } catch {
      // It cannot be watched, so it cannot be served: leaving the table closes it.
      complain("\(error)")
      _ = connections.remove(token)
    }
  }
}

// MARK: - Serving

extension HTTPServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func serve(_ event: Event, at now: Instant) throws(IOError) {
    let progress = connections.withValue(for: event.token) { connection in
      // A connection that fails is over; its peer has gone, and there is nobody to tell.
      let progress = (try? connection.serve(event)) ?? .finished
      if connection.beginsTime() { deadlines[event.token] = now.advanced(by: timeout) }
      return progress
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
    answerCount += connection.exchange.answerCount
    _ = consume connection
    deadlines[token] = nil
    try acceptor.connectionDidClose(for: poll)
  }

  @inlinable
  mutating func closeAll() {
    connections.forEach { _, connection in answerCount += connection.exchange.answerCount }
    connections.removeAll()
  }
}
