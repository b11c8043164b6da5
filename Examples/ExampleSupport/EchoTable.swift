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
  ) -> Bool {
    do throws(IOError) {
      let progress = try connections.withValue(for: event.token) { connection throws(IOError) in
        try connection.serve(event)
      }
      switch progress {
      case .finished: return close(event.token)
      case .yielding: try reregister(event.token, with: registry)
      case .waiting, nil: break
      }
      return false
    } catch {
      // An error ends only this connection, and not the server. Its peer is gone, so the error
      // is not reported.
      return close(event.token)
    }
  }

  /// Closes a connection.
  ///
  /// - Returns: Whether there was a connection with this token.
  @inlinable
  mutating func close(_ token: Token) -> Bool {
    guard let connection = connections.remove(token) else { return false }
    counts.bytes += connection.echoedCount
    return true
  }

  /// Makes the next poll report the connection again, after the others: reregistering counts as an
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
