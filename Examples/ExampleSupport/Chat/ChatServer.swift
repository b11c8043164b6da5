public import MioCore

/// A chat by lines: the line of one guest is sent to all others, until the server is stopped.
///
/// It works with any listener that accepts byte streams. It disconnects a guest that reads too
/// slowly, and a guest whose line has more than 4096 bytes.
public struct ChatServer<
  S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
>: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
  /// The acceptor of the connections.
  public var acceptor: Acceptor<Listener, Stream>

  /// The poll of the server.
  public var loop: ServerPoll<S>

  @usableFromInline
  var room: ChatRoom<Stream>

  /// A summary of the server's work for the user.
  public var summary: String { "served \(room.guestCount) connections, \(room.lineCount) lines" }

  /// Creates a server.
  ///
  /// - Parameters:
  ///   - listener: The listener whose connections are the guests.
  ///   - pendingLimit: The maximum number of bytes that are pending for a guest. A guest for which
  ///     more bytes would be pending is disconnected.
  /// - Throws: ``IOError`` if the system has no descriptor left.
  @inlinable
  public init(
    _ listener: consuming Listener, pendingLimit: Int = 64 * 1024
  ) throws(IOError) {
    let loop = try ServerPoll<S>()
    let acceptor = try Acceptor(
      listener, token: ServerPoll<S>.listenerToken, for: loop.poll)
    self.loop = loop
    self.acceptor = acceptor
    room = ChatRoom(pendingLimit: pendingLimit)
  }

  /// Serves until the server is stopped.
  ///
  /// - Throws: ``IOError`` if the server cannot continue. The failure of one connection does not
  ///   end it.
  @inlinable
  public mutating func run() throws(IOError) {
    while true {
      try loop.poll.poll(into: &loop.events, until: acceptor.retryTime)
      try acceptor.retry(for: loop.poll)
      for event in loop.events {
        switch event.token {
        case ServerPoll<S>.stopToken:
          room.guests.removeAll()
          return
        case ServerPoll<S>.listenerToken: try accept()
        default: try serve(event)
        }
      }
    }
  }
}

extension ChatServer where S: ~Copyable, Listener: ~Copyable, Stream: ~Copyable {
  @inlinable
  mutating func accept() throws(IOError) {
    acceptor.beginTurn()
    while let stream = try acceptor.accept(for: loop.poll) {
      do throws(IOError) {
        try room.add(stream, to: loop.poll.registry)
      } catch {
        // The room has closed the connection: without events it cannot be served.
        complain("\(error)")
      }
    }
  }

  @inlinable
  mutating func serve(_ event: Event) throws(IOError) {
    let count = room.guests.count
    try room.serve(event, with: loop.poll.registry)
    if room.guests.count < count { try acceptor.connectionDidClose(for: loop.poll) }
  }
}
