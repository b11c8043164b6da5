public import MioCore

/// Accepts connections and echoes on them, until a signal tells it to stop.
///
/// It serves whatever listens and accepts streams of bytes. There is no protocol for listeners, because
/// one would need an associated type that cannot be copied, which Swift has not yet: so the server is
/// told how to accept.
public struct EchoServer<
  S: Selector & ~Copyable, Listener: Source & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable {
  /// Takes the next connection, or returns `nil` when none waits.
  public typealias Accept = @Sendable (borrowing Listener) throws(IOError) -> Stream?

  /// What the connections come from.
  public let listener: Listener

  @usableFromInline
  let acceptStream: Accept

  @usableFromInline
  let signals: TerminationSignals

  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var connections = TokenTable<EchoConnection<Stream>>(minimumCapacity: 1024)

  /// Whether connections may wait in the listener without an event to come.
  @usableFromInline
  var hasLeftConnectionsWaiting = false

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
  static var signalToken: Token { 1 }

  /// Prepares to serve, and begins to catch SIGINT and SIGTERM.
  ///
  /// - Parameters:
  ///   - listener: What the connections come from.
  ///   - accept: How to take one.
  /// - Throws: ``IOError`` when the system has no descriptor left.
  @inlinable
  public init(_ listener: consuming Listener, accept: @escaping Accept) throws(IOError) {
    let poll = try Poll<S>()
    let signals = try TerminationSignals(reportingTo: poll.registry, token: Self.signalToken)
    try poll.registry.register(listener, token: Self.listenerToken, interest: .readable)
    events = try Events(capacity: 256)
    acceptStream = accept
    self.poll = poll
    self.listener = listener
    self.signals = signals
  }

  /// Serves until SIGINT or SIGTERM.
  ///
  /// - Throws: ``IOError`` when the server cannot go on; what happens to one connection is no reason.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try poll.poll(into: &events)
      for event in events {
        switch event.token {
        case Self.signalToken:
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
  /// Accepts what waits, but no more at a time than is fair to the connections there are.
  @inlinable
  mutating func accept() throws(IOError) {
    hasLeftConnectionsWaiting = false
    for _ in 0..<64 {
      do throws(IOError) {
        guard let stream = try acceptStream(listener) else { return }
        add(stream)
      } catch {
        // The listener stays silent now; whoever closes a connection wakes it.
        if error.kind != .tooManyOpenFiles && error.kind != .outOfMemory { complain("\(error)") }
        hasLeftConnectionsWaiting = true
        return
      }
    }
    try poll.registry.reregister(listener, token: Self.listenerToken, interest: .readable)
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
    if hasLeftConnectionsWaiting {
      try poll.registry.reregister(listener, token: Self.listenerToken, interest: .readable)
    }
  }

  @inlinable
  mutating func closeAll() {
    connections.forEach { _, connection in byteCount += connection.echoedCount }
    connections.removeAll()
  }
}
