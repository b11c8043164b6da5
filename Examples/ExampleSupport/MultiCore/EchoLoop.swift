public import MioCore

/// A loop that echoes on the connections that another thread accepts, until it is stopped.
public struct EchoLoop<
  S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable
>: ~Copyable {
  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  @usableFromInline
  var mailbox: Mailbox<Stream>

  @usableFromInline
  var table = EchoTable<Stream>()

  /// The work that the loop has done.
  public var counts: EchoCounts { table.counts }

  /// The sending end of the mailbox, for the thread that accepts connections.
  public var sender: Mailbox<Stream>.Sender { mailbox.sender }

  // The table's own tokens are larger.
  @inlinable
  static var mailboxToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  /// Creates a loop with a poll of its own.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init() throws(IOError) {
    let poll = try Poll<S>()
    let mailbox = try Mailbox<Stream>(reportingTo: poll.registry, token: Self.mailboxToken)
    events = try Events(capacity: 256)
    self.poll = poll
    self.mailbox = mailbox
  }

  /// Makes a waker that stops the loop, from any thread.
  ///
  /// - Throws: ``IOError``, as ``Registry/makeWaker(token:)``.
  public borrowing func makeStopWaker() throws(IOError) -> PollWaker {
    try poll.registry.makeWaker(token: Self.stopToken)
  }

  /// Serves until it is stopped.
  ///
  /// - Throws: ``IOError`` if the loop cannot continue.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try poll.poll(into: &events)
      for event in events {
        switch event.token {
        case Self.stopToken:
          table.removeAll()
          return
        case Self.mailboxToken:
          while let stream = mailbox.receive() { table.add(stream, to: poll.registry) }
        default: _ = table.serve(event, with: poll.registry)
        }
      }
    }
  }
}
