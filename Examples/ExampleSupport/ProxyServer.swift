public import MioCore

/// Accepts connections, connects each to one upstream address, and relays both ways, until it is told to stop.
///
/// It serves whatever listens and whatever connects. An upstream that does not answer in time, or refuses, ends
/// the connection.
public struct ProxyServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable,
  Client: ByteStream & ~Copyable, Upstream: ConnectingStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Client> {
  /// What the connections come from.
  public let listener: Listener

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

  /// The links that still connect, and some that no longer do; the first began first.
  @usableFromInline
  var connecting: [ConnectDeadline] = []

  /// Whether connections may wait in the listener without an event to come.
  @usableFromInline
  var hasLeftConnectionsWaiting = false

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
    try poll.registry.register(listener, token: Self.listenerToken, interest: .readable)
    events = try Events(capacity: 256)
    self.poll = poll
    self.listener = listener
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
      try poll.poll(into: &events, until: nextDeadline)
      if hasLeftConnectionsWaiting && events.isEmpty { try listenAgain() }
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

/// When a link must be connected.
@usableFromInline
struct ConnectDeadline {
  @usableFromInline
  let token: Token

  @usableFromInline
  let deadline: Instant

  @inlinable
  init(token: Token, deadline: Instant) {
    self.token = token
    self.deadline = deadline
  }
}

// MARK: - Accepting

extension ProxyServer
where S: ~Copyable, Listener: ~Copyable, Client: ~Copyable, Upstream: ~Copyable {
  /// Accepts what waits, but no more at a time than is fair to the connections there are.
  @inlinable
  mutating func accept() throws(IOError) {
    hasLeftConnectionsWaiting = false
    for _ in 0..<64 {
      do throws(IOError) {
        guard let client = try listener.acceptStream() else { return }
        try add(client)
      } catch {
        // The listener stays silent now; whoever closes a link wakes it, or some time that passes.
        if error.kind != .tooManyOpenFiles && error.kind != .outOfMemory { complain("\(error)") }
        hasLeftConnectionsWaiting = true
        return
      }
    }
    try listenAgain()
  }

  /// Has the listener reported, if connections wait in it: registering anew counts as an edge.
  @inlinable
  mutating func listenAgain() throws(IOError) {
    try poll.registry.reregister(listener, token: Self.listenerToken, interest: .readable)
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
      connecting.append(
        ConnectDeadline(token: token, deadline: poll.now.advanced(by: connectTimeout)))
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
    if hasLeftConnectionsWaiting { try listenAgain() }
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
  @inlinable
  var nextDeadline: Instant {
    let connect = connecting.first?.deadline ?? .never
    // Descriptors may have run out elsewhere in the system: then nobody here closes one.
    return hasLeftConnectionsWaiting
      ? min(connect, poll.now.advanced(by: .milliseconds(100))) : connect
  }

  /// Closes the links that should be connected by now and are not.
  @inlinable
  mutating func closeOverdue() throws(IOError) {
    let now = connecting.isEmpty ? .never : poll.now
    while let first = connecting.first, first.deadline <= now || !isConnecting(first.token) {
      if isConnecting(first.token) { try close(first.token) }
      connecting.removeFirst()
    }
  }

  @inlinable
  mutating func isConnecting(_ token: Token) -> Bool {
    links.withValue(for: token) { link in !link.isConnected } ?? false
  }
}
