import ExampleSupport
import MioCore
import MioNet

/// Accepts connections and echoes on them, until a signal tells it to stop.
struct EchoServer<S: Selector & ~Copyable>: ~Copyable {
  private var poll: Poll<S>
  private var events: Events<S>
  private let listener: TCPListener
  private let signals: TerminationSignals
  private var connections = TokenTable<EchoConnection<TCPStream>>(minimumCapacity: 1024)

  /// Whether connections may wait in the listener without an event to come.
  private var hasLeftConnectionsWaiting = false

  /// How many connections were accepted, and how many bytes echoed on those that ended.
  private(set) var connectionCount = 0
  private(set) var byteCount = 0

  // The table's own tokens are larger.
  private static var listenerToken: Token { 0 }
  private static var signalToken: Token { 1 }

  init(listeningAt address: SocketAddress) throws(IOError) {
    let poll = try Poll<S>()
    let listener = try TCPListener(bindingTo: address)
    let signals = try TerminationSignals()
    try poll.registry.register(listener, token: Self.listenerToken, interest: .readable)
    try poll.registry.register(signals.source, token: Self.signalToken, interest: .readable)
    events = try Events(capacity: 256)
    self.poll = poll
    self.listener = listener
    self.signals = signals
  }

  var address: SocketAddress {
    get throws(IOError) { try listener.localAddress }
  }

  /// Serves until SIGINT or SIGTERM.
  mutating func run() throws(IOError) {
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

extension EchoServer where S: ~Copyable {
  /// Accepts what waits, but no more at a time than is fair to the connections there are.
  private mutating func accept() throws(IOError) {
    hasLeftConnectionsWaiting = false
    for _ in 0..<64 {
      do throws(IOError) {
        guard let stream = try listener.accept() else { return }
        add(stream)
      } catch {
        switch error.kind {
        case .tooManyOpenFiles, .outOfMemory:
          // The listener stays silent now; whoever closes a connection wakes it.
          hasLeftConnectionsWaiting = true
          return
        default:
          complain("tcp-echo: \(error)")
        }
      }
    }
    try poll.registry.reregister(listener, token: Self.listenerToken, interest: .readable)
  }

  private mutating func add(_ stream: consuming TCPStream) {
    let token = connections.insert(EchoConnection(stream))
    do throws(IOError) {
      try connections.withValue(for: token) { connection throws(IOError) in
        try poll.registry.register(
          connection.stream, token: token, interest: [.readable, .writable])
      }
      connectionCount += 1
    } catch {
      // It cannot be watched, so it cannot be served: leaving the table closes it.
      complain("tcp-echo: \(error)")
      _ = connections.remove(token)
    }
  }
}

// MARK: - Serving

extension EchoServer where S: ~Copyable {
  private mutating func serve(_ event: Event) throws(IOError) {
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
  private mutating func comeBack(to token: Token) throws(IOError) {
    try connections.withValue(for: token) { connection throws(IOError) in
      try poll.registry.reregister(
        connection.stream, token: token, interest: [.readable, .writable])
    }
  }

  private mutating func close(_ token: Token) throws(IOError) {
    guard let connection = connections.remove(token) else { return }
    byteCount += connection.echoedCount
    _ = consume connection
    if hasLeftConnectionsWaiting {
      try poll.registry.reregister(listener, token: Self.listenerToken, interest: .readable)
    }
  }

  private mutating func closeAll() {
    connections.forEach { _, connection in byteCount += connection.echoedCount }
    connections.removeAll()
  }
}
