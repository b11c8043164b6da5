public import MioCore

/// A server that relays connections to one upstream address, in both directions, until it is
/// stopped.
///
/// It works with any listener and any stream that can connect. It closes a connection if the
/// upstream refuses, or does not answer in time.
public struct ProxyServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable,
  Client: ByteStream & ~Copyable, Upstream: ConnectingStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Client> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Client>

  @usableFromInline
  let upstreamAddress: Upstream.Address

  @usableFromInline
  let connectTimeout: Duration

  /// The poll of the server.
  public var loop: ServerPoll<S>

  @usableFromInline
  var links = TokenTable<ProxyLink<Client, Upstream>>(minimumCapacity: 1024)

  /// The times by which links must be connected.
  ///
  /// It may contain links that are already connected.
  @usableFromInline
  var deadlines = DeadlineQueue(minimumCapacity: 1024)

  @usableFromInline
  var linkCount = 0

  @usableFromInline
  var byteCount = 0

  /// A summary of the server's work for the user.
  public var summary: String { "served \(linkCount) connections, \(byteCount) bytes" }

  /// Creates a server.
  ///
  /// - Parameters:
  ///   - listener: The listener whose connections are relayed.
  ///   - type: The type of the streams to the upstream.
  ///   - upstreamAddress: The address that the connections are relayed to.
  ///   - connectTimeout: The maximum time to connect to the upstream.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(
    _ listener: consuming Listener, upstream type: Upstream.Type,
    at upstreamAddress: Upstream.Address, connectTimeout: Duration = .seconds(5)
  ) throws(IOError) {
    let loop = try ServerPoll<S>()
    let acceptor = try Acceptor(
      listener, token: ServerPoll<S>.listenerToken, for: loop.poll)
    self.loop = loop
    self.acceptor = acceptor
    self.upstreamAddress = upstreamAddress
    self.connectTimeout = connectTimeout
  }

  /// Serves until the server is stopped.
  ///
  /// - Throws: ``IOError`` if the server cannot continue. The failure of one connection does not
  ///   end it.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try loop.poll.poll(into: &loop.events, until: min(deadlines.first, acceptor.retryTime))
      try acceptor.retry(for: loop.poll)
      for event in loop.events {
        switch event.token {
        case ServerPoll<S>.stopToken:
          closeAll()
          return
        case ServerPoll<S>.listenerToken: try accept()
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
    while let client = try acceptor.accept(for: loop.poll) {
      do throws(IOError) {
        try add(client)
      } catch {
        acceptor.pause(after: error, for: loop.poll)
        return
      }
    }
  }

  /// Begins to connect to the upstream for a client.
  ///
  /// If that fails, the client's connection is closed.
  @inlinable
  mutating func add(_ client: consuming Client) throws(IOError) {
    guard let upstream = try Upstream(connectingTo: upstreamAddress) else { return }
    let token = try links.insert(ProxyLink(client, upstream)) { link, token throws(IOError) in
      try link.register(with: loop.poll.registry, token)
    }
    linkCount += 1
    deadlines[token] = loop.poll.now.advanced(by: connectTimeout)
  }
}

// MARK: - Serving

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  @inlinable
  mutating func serve(_ token: Token) throws(IOError) {
    let progress = links.withValue(for: token) { link in
      // A link that fails has ended. One of its peers is gone, so the error is not reported.
      (try? link.serve()) ?? .finished
    }
    switch progress {
    case .finished: try close(token)
    case .yielding:
      try links.withValue(for: token) { link throws(IOError) in
        try link.reregister(with: loop.poll.registry, token)
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
    try acceptor.connectionDidClose(for: loop.poll)
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
  /// Closes the links that are not connected in time.
  @inlinable
  mutating func closeOverdue() throws(IOError) {
    if deadlines.isEmpty { return }
    let now = loop.poll.now
    while let token = deadlines.popFirst(dueBy: now) {
      let isConnected = links.withValue(for: token) { link in link.isConnected }
      if isConnected == false { try close(token) }
    }
  }
}
