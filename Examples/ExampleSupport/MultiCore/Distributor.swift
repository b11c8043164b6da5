public import MioCore

/// Accepts connections and hands each of them over to one of several loops, in turn, until it is
/// stopped.
public struct Distributor<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable,
  Stream: ByteStream & Sendable & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Stream>

  /// The poll of the server.
  public var loop: ServerPoll<S>

  @usableFromInline
  var loops: [Mailbox<Stream>.Sender] = []

  @usableFromInline
  var nextLoop = 0

  /// Prepares to accept.
  ///
  /// - Parameter listener: The source of the connections.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(_ listener: consuming Listener) throws(IOError) {
    let loop = try ServerPoll<S>(capacity: 2)
    let acceptor = try Acceptor(
      listener, token: ServerPoll<S>.listenerToken, for: loop.poll)
    self.loop = loop
    self.acceptor = acceptor
  }

  /// Adds the mailbox of a loop, which gets its share of the connections from now on.
  public mutating func add(_ loop: Mailbox<Stream>.Sender) {
    loops.append(loop)
  }

  /// Accepts and hands over until it is stopped.
  ///
  /// - Precondition: There is a loop.
  /// - Throws: ``IOError`` if it cannot go on.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try loop.poll.poll(into: &loop.events, until: acceptor.retryTime)
      try acceptor.retry(for: loop.poll)
      for event in loop.events {
        if event.token == ServerPoll<S>.stopToken { return }
        acceptor.beginTurn()
        while let stream = try acceptor.accept(for: loop.poll) { try handOver(stream) }
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
