public import MioCore

/// Accepts connections for a server: no more at a time than is fair to the connections there are, and again after
/// descriptors had run out.
///
///     acceptor.beginTurn()
///     while let stream = try acceptor.accept(for: poll) { … }
public struct Acceptor<Listener: StreamListener & ~Copyable, Stream: ~Copyable>: ~Copyable
where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// What the connections come from.
  public let listener: Listener

  @usableFromInline
  let token: Token

  /// How many more connections are accepted before others have their turn.
  @usableFromInline
  var turn = 0

  /// When to listen again, because a connection could not be accepted; `.never` if all is well.
  ///
  /// Who closes a connection need not wait so long. But descriptors may have run out elsewhere in the system, and
  /// then nobody here closes one.
  @usableFromInline
  var retryTime = Instant.never

  /// Registers the listener, under this token.
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
  /// Begins to accept, after an event of the listener.
  @inlinable
  mutating func beginTurn() {
    turn = 64
    retryTime = .never
  }

  /// Accepts a connection.
  ///
  /// - Returns: The connection; `nil` if none waits, if others have their turn, or if there is no descriptor for
  ///   it. The listener is reported again.
  @inlinable
  mutating func accept<S: Selector & ~Copyable>(
    for poll: borrowing Poll<S>
  ) throws(IOError) -> Stream? {
    if turn == 0 {
      try listen(with: poll)
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

  /// Stops accepting for a while: the listener may stay silent now although connections wait in it.
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
  /// Listens again if it is time.
  @inlinable
  mutating func retry<S: Selector & ~Copyable>(for poll: borrowing Poll<S>) throws(IOError) {
    if retryTime != .never, retryTime <= poll.now { try listen(with: poll) }
  }

  /// Listens again if descriptors had run out: a connection was closed.
  @inlinable
  mutating func connectionDidClose<S: Selector & ~Copyable>(
    for poll: borrowing Poll<S>
  ) throws(IOError) {
    if retryTime != .never { try listen(with: poll) }
  }

  /// Has the listener reported, if connections wait in it: registering anew counts as an edge.
  @inlinable
  mutating func listen<S: Selector & ~Copyable>(with poll: borrowing Poll<S>) throws(IOError) {
    retryTime = .never
    try poll.registry.reregister(listener, token: token, interest: .readable)
  }
}
