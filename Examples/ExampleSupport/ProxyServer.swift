public import MioCore

/// Accepts connections, connects each to one upstream address, and relays both ways, until it is told to stop.
///
/// It serves whatever listens and whatever connects. An upstream that does not answer in time, or refuses, ends
/// the connection.
public struct ProxyServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable,
  Client: ByteStream & ~Copyable, Upstream: ConnectingStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Client> {
  /// What accepts the connections.
  public var acceptor: Acceptor<Listener, Client>

  @usableFromInline
  let upstreamAddress: Upstream.Address

  @usableFromInline
  let connectTimeout: Duration

  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var links = TokenTable<ProxyLink<Client, Upstream>>(minimumCapacity: 1024)

  /// By when links have to be connected; some are by now.
  @usableFromInline
  var deadlines = DeadlineQueue(minimumCapacity: 1024)

  /// What catches signals, if anything does.
  var signals: TerminationSignals?

  @usableFromInline
  var linkCount = 0

  @usableFromInline
  var byteCount = 0

  /// What the server did, for people.
  public var summary: String { "served \(linkCount) connections, \(byteCount) bytes" }

  // The table's own tokens are larger.
  @inlinable
  static var listenerToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  /// Prepares to serve.
  ///
  /// - Parameters:
  ///   - listener: What the connections come from.
  ///   - type: What connects.
  ///   - upstreamAddress: Where they are connected to.
  ///   - connectTimeout: How long that may take.
  /// - Throws: ``IOError`` when the system has no descriptor left.
  @inlinable
  public init(
    _ listener: consuming Listener, upstream type: Upstream.Type,
    at upstreamAddress: Upstream.Address, connectTimeout: Duration = .seconds(5)
  ) throws(IOError) {
    let poll = try Poll<S>()
    let acceptor = try Acceptor(listener, token: Self.listenerToken, for: poll)
    events = try Events(capacity: 256)
    self.poll = poll
    self.acceptor = acceptor
    self.upstreamAddress = upstreamAddress
    self.connectTimeout = connectTimeout
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
      for event in events {
        switch event.token {
        case Self.stopToken:
          closeAll()
          return
        case Self.listenerToken: try accept()
        default: try serve(event.token)
        }
      }
      try closeOverdue()
    }
  }
}

// MARK: - Accepting

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  @inlinable
  mutating func accept() throws(IOError) {
    acceptor.beginTurn()
    while let client = try acceptor.accept(for: poll) {
      do throws(IOError) {
        try add(client)
      } catch {
        acceptor.pause(after: error, for: poll)
        return
      }
    }
  }

  /// Begins to connect a client; one that cannot be connected is closed.
  @inlinable
  mutating func add(_ client: consuming Client) throws(IOError) {
    guard let upstream = try Upstream(connectingTo: upstreamAddress) else { return }
    let token = links.insert(ProxyLink(client, upstream))
    do throws(IOError) {
      try links.withValue(for: token) { link throws(IOError) in
        try link.register(with: poll.registry, token)
      }
      linkCount += 1
      deadlines[token] = poll.now.advanced(by: connectTimeout)
    } catch {
      _ = links.remove(token)
      throw error
    }
  }
}

// MARK: - Serving

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  @inlinable
  mutating func serve(_ token: Token) throws(IOError) {
    let progress = links.withValue(for: token) { link in
      // A link that fails is over; one of its peers has gone, and there is nobody to tell.
      (try? link.serve()) ?? .finished
    }
    switch progress {
    case .finished: try close(token)
    case .yielding:
      try links.withValue(for: token) { link throws(IOError) in
        try link.reregister(with: poll.registry, token)
      }
    case .waiting, nil: break
    }
  }

  @inlinable
  mutating func close(_ token: Token) throws(IOError) {
    guard let link = links.remove(token) else { return }
    byteCount += link.byteCount
    _ = consume link
    deadlines[token] = nil
    try acceptor.connectionDidClose(for: poll)
  }

  @inlinable
  mutating func closeAll() {
    links.forEach { _, link in byteCount += link.byteCount }
    links.removeAll()
  }
}

// MARK: - Time

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  /// Closes the links that should be connected by now and are not.
  @inlinable
  mutating func closeOverdue() throws(IOError) {
    if deadlines.isEmpty { return }
    let now = poll.now
    while let token = deadlines.popFirst(dueBy: now) {
      let isConnected = links.withValue(for: token) { link in link.isConnected }
      if isConnected == false { try close(token) }
    }
  }
}
