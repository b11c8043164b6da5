public import MioCore

/// The connections of an echo server, under their tokens.
@usableFromInline
struct EchoTable<Stream: ByteStream & ~Copyable>: ~Copyable {
  @usableFromInline
  var connections = TokenTable<EchoConnection<Stream>>(minimumCapacity: 1024)

  @usableFromInline
  var counts = EchoCounts()

  @inlinable
  init() {}

  /// Registers a connection, and serves it from now on.
  @inlinable
  mutating func add<S: Selector & ~Copyable>(
    _ stream: consuming Stream, to registry: borrowing Registry<S>
  ) {
    do throws(IOError) {
      _ = try connections.insert(EchoConnection(stream)) { connection, token throws(IOError) in
        try registry.register(connection.stream, token: token, interest: [.readable, .writable])
      }
      counts.connections += 1
    } catch {
      // The table has closed the connection: without events it cannot be served.
      complain("\(error)")
    }
  }

  /// Serves the connection of an event.
  ///
  /// - Returns: Whether the connection has ended, and was closed.
  @inlinable
  mutating func serve<S: Selector & ~Copyable>(
    _ event: Event, with registry: borrowing Registry<S>
  ) throws(IOError) -> Bool {
    let progress = connections.withValue(for: event.token) { connection in
      // A connection that fails has ended. Its peer is gone, so no answer is sent.
      (try? connection.serve(event)) ?? .finished
    }
    switch progress {
    case .finished:
      guard let connection = connections.remove(event.token) else { return false }
      counts.bytes += connection.echoedCount
      return true
    case .yielding: try reregister(event.token, with: registry)
    case .waiting, nil: break
    }
    return false
  }

  /// Makes the next poll report the connection again, after the others: to reregister counts as an
  /// edge.
  @inlinable
  mutating func reregister<S: Selector & ~Copyable>(
    _ token: Token, with registry: borrowing Registry<S>
  ) throws(IOError) {
    try connections.withValue(for: token) { connection throws(IOError) in
      try registry.reregister(connection.stream, token: token, interest: [.readable, .writable])
    }
  }

  /// Closes all connections.
  @inlinable
  mutating func removeAll() {
    connections.forEach { _, connection in counts.bytes += connection.echoedCount }
    connections.removeAll()
  }
}
