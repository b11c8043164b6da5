public import MioCore

/// Accepts connections for a server.
///
/// It limits the number of connections that it accepts in one turn, so that existing connections
/// are served. If the descriptors have run out, it tries again later.
///
///     acceptor.beginTurn()
///     while let stream = acceptor.accept(for: poll) { … }
public struct Acceptor<Listener: StreamListener & ~Copyable, Stream: ~Copyable>: ~Copyable
where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The listener whose connections are accepted.
  public let listener: Listener

  @usableFromInline
  let token: Token

  /// The number of connections that may still be accepted in this turn.
  @usableFromInline
  var turn = 0

  /// The time at which to listen again after a failed accept, or `.never` if no accept has failed.
  ///
  /// If a connection of this server is closed earlier, the acceptor listens again at once. The time
  /// is needed if another process has used up the descriptors and no connection here is closed.
  @usableFromInline
  var retryTime = Instant.never

  /// Registers the listener with this token.
  @inlinable
  init<S: Selector & ~Copyable>(
    _ listener: consuming Listener, token: Token, for poll: borrowing Poll<S>
  ) throws(IOError) {
    try poll.registry.register(listener, token: token, interest: .readable)
    self.listener = listener
    self.token = token
  }
}

// MARK: - Accepting

extension Acceptor where Listener: ~Copyable, Stream: ~Copyable {
  /// Begins a turn, after an event of the listener.
  @inlinable
  mutating func beginTurn() {
    turn = 64
    retryTime = .never
  }

  /// Accepts a connection.
  ///
  /// - Returns: The connection, or `nil` if no connection waits, if the turn has ended, or if
  ///   accepting fails. The listener is then reported again when there is a connection to accept.
  @inlinable
  mutating func accept<S: Selector & ~Copyable>(for poll: borrowing Poll<S>) -> Stream? {
    if turn == 0 {
      listen(with: poll)
      return nil
    }
    turn -= 1
    do throws(IOError) {
      return try listener.acceptStream()
    } catch {
      pause(after: error, for: poll)
      return nil
    }
  }

  /// Stops accepting for a while.
  ///
  /// The listener may not be reported again until then, although connections wait in it.
  @inlinable
  mutating func pause<S: Selector & ~Copyable>(
    after error: IOError, for poll: borrowing Poll<S>
  ) {
    if error.kind != .tooManyOpenFiles && error.kind != .outOfMemory { complain("\(error)") }
    retryTime = poll.now.advanced(by: .milliseconds(100))
  }
}

// MARK: - Listening again

extension Acceptor where Listener: ~Copyable, Stream: ~Copyable {
  /// Listens again if the time to do so is reached.
  @inlinable
  mutating func retry<S: Selector & ~Copyable>(for poll: borrowing Poll<S>) {
    if retryTime != .never, retryTime <= poll.now { listen(with: poll) }
  }

  /// Listens again if accepting has failed, because a connection was closed.
  @inlinable
  mutating func connectionDidClose<S: Selector & ~Copyable>(for poll: borrowing Poll<S>) {
    if retryTime != .never { listen(with: poll) }
  }

  /// Makes the poll report the listener if connections wait in it.
  ///
  /// A reregistration counts as an edge. If it fails, it is repeated later.
  @inlinable
  mutating func listen<S: Selector & ~Copyable>(with poll: borrowing Poll<S>) {
    retryTime = .never
    do throws(IOError) {
      try poll.registry.reregister(listener, token: token, interest: .readable)
    } catch {
      pause(after: error, for: poll)
    }
  }
}
