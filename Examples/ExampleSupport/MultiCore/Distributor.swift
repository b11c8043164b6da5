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

  /// Creates a distributor, and registers its listener.
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

  /// Adds the mailbox of a loop, which receives its share of the connections from now on.
  public mutating func add(_ loop: Mailbox<Stream>.Sender) {
    loops.append(loop)
  }

  /// Accepts connections, and hands them over to the loops, until it is stopped.
  ///
  /// - Precondition: At least one loop was added.
  /// - Throws: ``IOError`` if the distributor cannot continue.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try loop.poll.poll(into: &loop.events, until: acceptor.retryTime)
      acceptor.retry(for: loop.poll)
      for event in loop.events {
        if event.token == ServerPoll<S>.stopToken { return }
        acceptor.beginTurn()
        while let stream = acceptor.accept(for: loop.poll) { try handOver(stream) }
      }
    }
  }

  @inlinable
  mutating func handOver(_ stream: consuming Stream) throws(IOError) {
    // If the loop has ended, the call returns the stream, which is then closed here.
    try loops[nextLoop].send(stream)
    nextLoop = (nextLoop + 1) % loops.count
  }
}
