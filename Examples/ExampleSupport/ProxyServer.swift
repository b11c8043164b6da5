public import MioCore

/// A server that relays connections to one upstream address, in both directions, until it is
/// stopped.
///
/// It works with any listener and any stream that can connect. It resets a connection if the
/// upstream refuses, if the other connection is reset, or if a time of ``ProxyLimits`` has expired.
/// An orderly end of one connection becomes an orderly end of the other, and nothing else does.
public struct ProxyServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable,
  Client: ResettableStream & ~Copyable, Upstream: ConnectingStream & ResettableStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Client> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Client>

  @usableFromInline
  let upstreamAddress: Upstream.Address

  @usableFromInline
  let limits: ProxyLimits

  /// The poll of the server.
  public var loop: ServerPoll<S>

  @usableFromInline
  var links = TokenTable<ProxyLink<Client, Upstream>>(minimumCapacity: 1024)

  /// The times at which links are reset, unless bytes are relayed before.
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
  ///   - limits: The times after which a connection is reset.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(
    _ listener: consuming Listener, upstream type: Upstream.Type,
    at upstreamAddress: Upstream.Address, limits: ProxyLimits = ProxyLimits()
  ) throws(IOError) {
    let loop = try ServerPoll<S>()
    let acceptor = try Acceptor(
      listener, token: ServerPoll<S>.listenerToken, for: loop.poll)
    self.loop = loop
    self.acceptor = acceptor
    self.upstreamAddress = upstreamAddress
    self.limits = limits
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
        default: serve(event.token, at: now)
        }
      }
      while let token = deadlines.popFirst(dueBy: now) { reset(token) }
    }
  }
}

// MARK: - Accepting

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  @inlinable
  mutating func accept(at now: Instant) {
    acceptor.beginTurn()
    while let client = acceptor.accept(for: loop.poll) {
      do throws(IOError) {
        try add(client, at: now)
      } catch {
        // Any other error concerns only this client.
        guard error.kind == .tooManyOpenFiles || error.kind == .outOfMemory else { continue }
        acceptor.pause(after: error, for: loop.poll)
        return
      }
    }
  }

  /// Begins to connect to the upstream for a client.
  ///
  /// If that fails, the client's connection is reset.
  @inlinable
  mutating func add(_ client: consuming Client, at now: Instant) throws(IOError) {
    guard let upstream = try connect(for: client) else { return }
    let token = try links.insert(ProxyLink(client, upstream)) { link, token throws(IOError) in
      do throws(IOError) {
        try link.register(with: loop.poll.registry, token)
      } catch {
        link.reset()
        throw error
      }
    }
    linkCount += 1
    beginTime(of: token, at: now)
  }

  @inlinable
  borrowing func connect(for client: borrowing Client) throws(IOError) -> Upstream? {
    do throws(IOError) {
      if let upstream = try Upstream(connectingTo: upstreamAddress) { return upstream }
    } catch {
      client.reset()
      throw error
    }
    client.reset()
    return nil
  }
}

// MARK: - Serving

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  @inlinable
  mutating func serve(_ token: Token, at now: Instant) {
    do throws(IOError) {
      let progress = try links.withValue(for: token) { link throws(IOError) in try link.serve() }
      switch progress {
      case .finished: close(token)
      case .yielding:
        try links.withValue(for: token) { link throws(IOError) in
          try link.reregister(with: loop.poll.registry, token)
        }
        beginTime(of: token, at: now)
      case .waiting: beginTime(of: token, at: now)
      case nil: break
      }
    } catch {
      // An error ends only this link, and not the server. One of its peers is gone, so the error
      // is not reported.
      reset(token)
    }
  }

  @inlinable
  mutating func close(_ token: Token) {
    guard let link = links.remove(token) else { return }
    byteCount += link.byteCount
    _ = consume link
    deadlines[token] = nil
    acceptor.connectionDidClose(for: loop.poll)
  }

  /// Closes a link whose sides have not both ended.
  @inlinable
  mutating func reset(_ token: Token) {
    links.withValue(for: token) { link in link.reset() }
    close(token)
  }

  @inlinable
  mutating func closeAll() {
    links.forEach { _, link in
      byteCount += link.byteCount
      link.reset()
    }
    links.removeAll()
  }
}

// MARK: - Time

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  /// Begins the time of a link, unless nothing has changed since it began.
  @inlinable
  mutating func beginTime(of token: Token, at now: Instant) {
    let limit = links.withValue(for: token) { link in link.newLimit(limits) } ?? nil
    if let limit { deadlines[token] = now.advanced(by: limit) }
  }
}
