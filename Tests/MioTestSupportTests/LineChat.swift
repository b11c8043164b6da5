import MioCore
import TestHelpers

/// A chat by lines: the line of one guest is sent to all others.
///
/// It is generic over the selector and the stream, so that it can be tested without a kernel, and
/// then serves real connections.
struct LineChat<S: Selector & ~Copyable, Stream: ByteStream & ~Copyable>: ~Copyable {
  var poll: Poll<S>
  private var events: Events<S>
  private var guests = TokenTable<Guest<Stream>>()

  init(_ poll: consuming Poll<S>) throws(IOError) {
    self.poll = poll
    events = try Events(capacity: 16)
  }

  var guestCount: Int { guests.count }

  mutating func add(_ stream: consuming Stream) throws(IOError) {
    _ = try guests.insert(Guest(stream)) { guest, token throws(IOError) in
      try poll.registry.register(guest.stream, token: token, interest: [.readable, .writable])
    }
  }

  /// Waits once, and serves the guests that are ready.
  mutating func turn(timeout: Duration? = nil) throws(IOError) {
    try poll.poll(into: &events, timeout: timeout)
    for event in events {
      var lines: [[UInt8]] = []
      let isGone = guests.withValue(for: event.token) { guest in
        guest.canWrite = guest.canWrite || event.isWritable
        return (try? guest.receive(&lines)) == nil || guest.isAtEnd
      }
      if isGone == true { _ = guests.remove(event.token) }
      for line in lines { tell(line, exceptFor: event.token) }
      flush()
    }
  }

  private mutating func tell(_ line: [UInt8], exceptFor speaker: Token) {
    guests.forEach { token, guest in
      if token != speaker { guest.outgoing += line }
    }
  }

  private mutating func flush() {
    var lost: [Token] = []
    guests.forEach { token, guest in
      if (try? guest.send()) == nil { lost.append(token) }
    }
    for token in lost { _ = guests.remove(token) }
  }
}

/// A guest of a chat.
struct Guest<Stream: ByteStream & ~Copyable>: ~Copyable {
  let stream: Stream
  var outgoing: [UInt8] = []
  var canWrite = false
  private(set) var isAtEnd = false
  private var incoming: [UInt8] = []

  init(_ stream: consuming Stream) {
    self.stream = stream
  }

  /// Reads all there is, and cuts it into lines.
  mutating func receive(_ lines: inout [[UInt8]]) throws(IOError) {
    var buffer = [UInt8](repeating: 0, count: 64)
    while !isAtEnd {
      var room = buffer.mutableSpan
      guard let count = try stream.read(into: &room) else { break }
      isAtEnd = count == 0
      incoming += buffer[..<count]
    }
    while let end = incoming.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(Array(incoming[...end]))
      incoming.removeSubrange(...end)
    }
  }

  /// Writes until writing would block.
  mutating func send() throws(IOError) {
    while canWrite, !outgoing.isEmpty {
      guard let count = try stream.write(outgoing.span) else {
        canWrite = false
        return
      }
      outgoing.removeFirst(count)
    }
  }
}
