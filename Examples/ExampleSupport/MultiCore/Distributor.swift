public import MioCore

/// Accepts connections and hands each of them over to one of several loops, in turn, until it is told to stop.
public struct Distributor<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable,
  Stream: ByteStream & Sendable & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Stream>

  /// The source of signals, if the distributor ends on signals.
  var signals: TerminationSignals?

  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var loops: [Mailbox<Stream>.Sender] = []

  @usableFromInline
  var nextLoop = 0

  @inlinable
  static var listenerToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  /// Prepares to accept.
  ///
  /// - Parameter listener: The source of the connections.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(_ listener: consuming Listener) throws(IOError) {
    let poll = try Poll<S>()
    let acceptor = try Acceptor(listener, token: Self.listenerToken, for: poll)
    events = try Events(capacity: 2)
    self.poll = poll
    self.acceptor = acceptor
  }

  /// Adds the mailbox of a loop, which gets its share of the connections from now on.
  public mutating func add(_ loop: Mailbox<Stream>.Sender) {
    loops.append(loop)
  }

  /// Catches SIGINT and SIGTERM from now on, and stops when one comes.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  public mutating func stopOnTermination() throws(IOError) {
    signals = try TerminationSignals(reportingTo: poll.registry, token: Self.stopToken)
  }

  /// Makes a waker that stops the distributor, from any thread.
  ///
  /// - Throws: ``IOError``, as ``Registry/makeWaker(token:)``.
  public borrowing func makeStopWaker() throws(IOError) -> PollWaker {
    try poll.registry.makeWaker(token: Self.stopToken)
  }

  /// Accepts and hands over until it is told to stop.
  ///
  /// - Precondition: There is a loop.
  /// - Throws: ``IOError`` if it cannot go on.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try poll.poll(into: &events, until: acceptor.retryTime)
      try acceptor.retry(for: poll)
      for event in events {
        if event.token == Self.stopToken { return }
        acceptor.beginTurn()
        while let stream = try acceptor.accept(for: poll) { try handOver(stream) }
      }
    }
  }

  @inlinable
  mutating func handOver(_ stream: consuming Stream) throws(IOError) {
    // A loop that has ended gives the stream back, and the stream is closed here.
    try loops[nextLoop].send(stream)
    nextLoop = (nextLoop + 1) % loops.count
  }
}
