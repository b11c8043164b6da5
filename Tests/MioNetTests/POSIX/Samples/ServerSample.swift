import MioCore
import MioNet
import MioSignals

/// The server of the guide, step by step.
enum Guide {
  /// One connection: sends back every byte, in order.
  struct Connection<Stream: ByteStream & ~Copyable>: ~Copyable {
    let stream: Stream
    var output = StreamBuffer()

    init(_ stream: consuming Stream) {
      self.stream = stream
    }

    enum Progress {
      case waiting  // for the next event
      case unfinished  // More bytes may be there. The other connections have their turn first.
      case finished
    }

    mutating func serve(with buffer: inout ContiguousArray<UInt8>) throws(IOError) -> Progress {
      for _ in 0..<16 {
        // A peer that does not read is not read from.
        guard try output.flush(to: stream) else { return .waiting }
        var space = buffer.mutableSpan
        guard let count = try stream.read(into: &space) else { return .waiting }
        if count == 0 { return .finished }
        let bytes = buffer.span.extracting(0..<count)
        let written = try stream.write(bytes) ?? 0
        output.append(bytes.extracting(droppingFirst: written))
      }
      return .unfinished
    }
  }

  /// Accepts connections and serves them until it is stopped.
  struct Server<
    S: Selector & ~Copyable, Listener: StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
  >: ~Copyable where Listener.Accept == AcceptFunction<Listener, Stream> {
    private let listener: Listener
    private var poll: Poll<S>
    private var events: Events<S>
    private var connections = TokenTable<Connection<Stream>>(minimumCapacity: 1024)
    private var deadlines = DeadlineQueue(minimumCapacity: 1024)
    private var buffer = ContiguousArray<UInt8>(repeating: 0, count: 16 * 1024)
    private var signals: SignalSource?

    // A table makes no token below 2³².
    private static var listenerToken: Token { 0 }
    private static var stopToken: Token { 1 }

    init(_ listener: consuming Listener) throws(IOError) {
      let poll = try Poll<S>()
      try poll.registry.register(listener, token: Self.listenerToken, interest: .readable)
      events = try Events(capacity: 256)
      self.poll = poll
      self.listener = listener
    }

    mutating func run() throws(IOError) {
      while true {
        try poll.poll(into: &events, until: deadlines.first)
        let now = poll.now
        for event in events {
          switch event.token {
          case Self.listenerToken: acceptAll(now)
          case Self.stopToken: return
          default: serve(event.token, now)
          }
        }
        while let token = deadlines.popFirst(dueBy: now) {
          if token == Self.listenerToken {
            try listen()
          } else {
            connections.remove(token)  // closes a connection that was silent for too long
          }
        }
      }
    }

    private mutating func acceptAll(_ now: Instant) {
      do throws(IOError) {
        for _ in 0..<64 {
          guard let stream: Stream = try listener.acceptStream() else { return }
          let token = try connections.insert(Connection(stream)) {
            connection, token throws(IOError) in
            try poll.registry.register(
              connection.stream, token: token, interest: [.readable, .writable])
          }
          deadlines[token] = now + .seconds(30)
        }
        try listen()
      } catch {
        // Connections may wait in the listener, and no event will report them: listen again later.
        deadlines[Self.listenerToken] = now + .milliseconds(100)
      }
    }

    private func listen() throws(IOError) {
      try poll.registry.reregister(listener, token: Self.listenerToken, interest: .readable)
    }

    private mutating func serve(_ token: Token, _ now: Instant) {
      var progress: Connection<Stream>.Progress?
      do throws(IOError) {
        progress = try connections.withValue(for: token, using: &buffer) {
          connection, buffer throws(IOError) in
          try connection.serve(with: &buffer)
        }
        if progress == .unfinished { try reregister(token) }
      } catch {
        progress = .finished  // The connection failed. The server goes on.
      }
      guard let progress else { return }  // The connection is already closed.
      if progress == .finished {
        connections.remove(token)  // closes the connection
        deadlines[token] = nil
      } else {
        deadlines[token] = now + .seconds(30)  // replaces the previous deadline
      }
    }

    private func reregister(_ token: Token) throws(IOError) {
      try connections.withBorrowedValue(for: token) { connection throws(IOError) in
        try poll.registry.reregister(
          connection.stream, token: token, interest: [.readable, .writable])
      }
    }

    mutating func stopOnTermination() throws(IOError) {
      let signals = try SignalSource([.interrupt, .terminate])
      try poll.registry.register(signals, token: Self.stopToken, interest: .readable)
      self.signals = consume signals
    }

    mutating func finish(within time: Duration) throws(IOError) {
      signals = nil  // The next signal ends the process.
      try poll.registry.deregister(listener)
      let end = poll.now + time
      while true {
        connections.removeAll { _, connection in connection.output.isEmpty }
        if connections.isEmpty || poll.now >= end { return }
        try poll.poll(into: &events, until: end)
        let now = poll.now
        for event in events { serve(event.token, now) }
      }
    }

    borrowing func makeStopWaker() throws(IOError) -> PollWaker {
      try poll.registry.makeWaker(token: Self.stopToken)
    }
  }
}
