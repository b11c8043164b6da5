import MioCore
import MioEpoll
import MioNet

// `scripts/check-specialization` disassembles these functions by their names. Each is one turn of a
// typical event loop. They are never inlined, so that the script finds them.

/// A plain poll loop with the real selector and the real stream.
@inline(never)
func sampledPlainTurn(
  _ poll: inout Poll<EpollSelector>, _ events: inout Events<EpollSelector>,
  _ stream: borrowing TCPStream, _ buffer: inout [UInt8]
) throws(IOError) -> Int {
  var total = 0
  try poll.poll(into: &events)
  for event in events where event.isReadable {
    var room = buffer.mutableSpan
    while let count = try stream.read(into: &room), count > 0 {
      total += try stream.write(room.span.extracting(first: count)) ?? 0
    }
    try poll.registry.reregister(stream, token: event.token, interest: .readable)
  }
  return total
}

/// A server that is generic over its selector and its streams, so that tests can use simulated
/// ones.
struct Server<S: Selector & ~Copyable, Stream: ByteStream & ~Copyable>: ~Copyable {
  private var poll: Poll<S>
  private var events: Events<S>
  private var connections: TokenTable<Stream>

  init(_ poll: consuming Poll<S>) throws(IOError) {
    self.poll = poll
    events = try Events(capacity: 64)
    connections = TokenTable(minimumCapacity: 16)
  }

  @inline(never)
  mutating func sampledAdd(_ stream: consuming Stream) throws(IOError) {
    let token = connections.insert(stream)
    _ = try connections.withValue(for: token) { stream throws(IOError) in
      try poll.registry.register(stream, token: token, interest: .readable)
    }
  }

  @inline(never)
  mutating func sampledTurn(timeout: Duration, _ buffer: inout [UInt8]) throws(IOError) {
    try poll.poll(into: &events, timeout: timeout)
    for event in events {
      let isOver = try connections.withValue(for: event.token) { stream throws(IOError) in
        var room = buffer.mutableSpan
        while let count = try stream.read(into: &room) {
          if count == 0 { return true }
          _ = try stream.write(room.span.extracting(first: count))
        }
        return false
      }
      if isOver == true, let stream = connections.remove(event.token) {
        try poll.registry.deregister(stream)
      }
    }
  }
}
