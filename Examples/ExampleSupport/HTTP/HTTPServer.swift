public import MioCore

/// A server that answers HTTP/1.1 requests for `/` with a greeting until it is stopped.
///
/// A client has a limited time for each request, which begins with the previous answer. The server
/// closes the connection of a client that sends nothing, sends too slowly, or does not read its
/// answers.
public struct HTTPServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Stream>

  @usableFromInline
  let timeout: Duration

  /// The poll of the server.
  public var loop: ServerPoll<S>

  @usableFromInline
  var connections = TokenTable<HTTPConnection<Stream>>(minimumCapacity: 1024)

  /// The times by which the connections must send a request.
  @usableFromInline
  var deadlines = DeadlineQueue(minimumCapacity: 1024)

  @usableFromInline
  var connectionCount = 0

  @usableFromInline
  var answerCount = 0

  /// A summary of the server's work for the user.
  public var summary: String { "served \(connectionCount) connections, \(answerCount) requests" }

  /// Creates a server.
  ///
  /// - Parameters:
  ///   - listener: The listener whose connections are served.
  ///   - timeout: The time that a client has for a request.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(
    _ listener: consuming Listener, timeout: Duration = .seconds(15)
  ) throws(IOError) {
    let loop = try ServerPoll<S>()
    let acceptor = try Acceptor(
      listener, token: ServerPoll<S>.listenerToken, for: loop.poll)
    self.loop = loop
    self.acceptor = acceptor
    self.timeout = timeout
  }

  /// Serves until the server is stopped.
  ///
  /// - Throws: ``IOError`` if the server cannot continue. The failure of one connection does not
  ///   end it.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try loop.poll.poll(into: &loop.events, until: min(deadlines.first, acceptor.retryTime))
      acceptor.retry(for: loop.poll)
      let now = loop.poll.now
      for event in loop.events {
        switch event.token {
        case ServerPoll<S>.stopToken:
          closeAll()
          return
        case ServerPoll<S>.listenerToken: accept(at: now)
        default: serve(event, at: now)
        }
      }
      while let token = deadlines.popFirst(dueBy: now) { close(token) }
    }
  }
}

// MARK: - Accepting

extension HTTPServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func accept(at now: Instant) {
    acceptor.beginTurn()
    while let stream = acceptor.accept(for: loop.poll) { add(stream, at: now) }
  }

  @inlinable
  mutating func add(_ stream: consuming Stream, at now: Instant) {
    do throws(IOError) {
      let token = try connections.insert(HTTPConnection(stream)) {
        connection, token throws(IOError) in
        try loop.poll.registry.register(
          connection.stream, token: token, interest: [.readable, .writable])
      }
      deadlines[token] = now.advanced(by: timeout)
      connectionCount += 1
    } catch {
      // The table has closed the connection: without events it cannot be served.
      complain("\(error)")
    }
  }
}

// MARK: - Serving

extension HTTPServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func serve(_ event: Event, at now: Instant) {
    do throws(IOError) {
      let progress = try connections.withValue(for: event.token) { connection throws(IOError) in
        let progress = try connection.serve(event)
        if connection.beginsTime() { deadlines[event.token] = now.advanced(by: timeout) }
        return progress
      }
      switch progress {
      case .finished: close(event.token)
      case .yielding: try comeBack(to: event.token)
      case .waiting, nil: break
      }
    } catch {
      // An error ends only this connection, and not the server. Its peer is gone, so the error
      // is not reported.
      close(event.token)
    }
  }

  /// Makes the poll report the connection again, after the other connections.
  ///
  /// A reregistration counts as an edge.
  @inlinable
  mutating func comeBack(to token: Token) throws(IOError) {
    try connections.withValue(for: token) { connection throws(IOError) in
      try loop.poll.registry.reregister(
        connection.stream, token: token, interest: [.readable, .writable])
    }
  }

  @inlinable
  mutating func close(_ token: Token) {
    guard let connection = connections.remove(token) else { return }
    answerCount += connection.exchange.answerCount
    _ = consume connection
    deadlines[token] = nil
    acceptor.connectionDidClose(for: loop.poll)
  }

  @inlinable
  mutating func closeAll() {
    connections.forEach { _, connection in answerCount += connection.exchange.answerCount }
    connections.removeAll()
  }
}
