import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

// The working forms of `Docs/NoncopyableTypes.md`: `scripts/check-samples` keeps both the same.

private func inserting(
  _ listener: borrowing TCPListener, _ sessions: inout TokenTable<Session>,
  _ registry: borrowing Registry<SystemSelector>
) throws(IOError) {
  while let stream = try listener.accept() {
    _ = try sessions.insert(Session(stream: stream)) { session, token throws(IOError) in
      try registry.register(session.stream, token: token, interest: .readable)
    }
  }
}

private struct Session: ~Copyable {
  let stream: TCPStream
}

private struct Server: ~Copyable {
  let poll: Poll<SystemSelector>
  let listener: TCPListener

  init(_ address: SocketAddress) throws(IOError) {
    let poll = try Poll<SystemSelector>()
    let listener = try TCPListener(bindingTo: address)
    try poll.registry.register(listener, token: 0, interest: .readable)
    self.poll = poll
    self.listener = listener
  }
}

private struct MaybeServer: ~Copyable {
  var listener: TCPListener?

  func acceptAll() throws(IOError) {
    switch listener {
    case let listener?:
      while let stream = try listener.accept() {
        _ = try stream.write("hello\n")
      }
    case nil: break
    }
  }
}

private final class Client {
  private var stream: TCPStream?

  init(_ stream: consuming TCPStream) {
    self.stream = consume stream
  }

  func greet() throws(IOError) {
    _ = try stream?.write("hello\n")  // borrows the stream
  }

  func finish() throws(IOError) {
    if let stream = stream.take() { try stream.close() }
  }
}

private enum Link: ~Copyable {
  case connecting(TCPStream)
  case open(TCPStream)
  case closed

  mutating func didConnect() {
    switch consume self {
    case .connecting(let stream): self = .open(stream)
    case .open(let stream): self = .open(stream)
    case .closed: self = .closed
    }
  }

  func greet() throws(IOError) {
    switch self {
    case .open(let stream): _ = try stream.write("hello\n")
    default: break
    }
  }
}

private struct Peer: ~Copyable {
  var link: Link

  mutating func didConnect() {
    link.didConnect()
  }
}

private func greet<Stream: ByteStream & ~Copyable>(
  _ stream: borrowing Stream
) throws(IOError) {
  _ = try stream.write("hello\n")
}

private func capturing(_ stream: consuming TCPStream) -> () -> Descriptor {
  let stream = stream
  return { stream.descriptor }
}

private func keeping(
  _ listener: borrowing TCPListener
) throws(IOError) -> TokenTable<TCPStream> {
  var streams = TokenTable<TCPStream>()
  while let stream = try listener.accept() {
    _ = streams.insert(stream)
  }
  return streams
}

private func counting(_ stream: borrowing TCPStream) throws(IOError) -> Int? {
  do throws(IOError) {
    return try stream.write("hello\n")
  } catch {
    guard error.kind == .brokenPipe else { throw error }
    return 0
  }
}

private func greetingAll(
  _ tokens: [Token], _ streams: inout TokenTable<TCPStream>
) throws(IOError) {
  for token in tokens {
    _ = try streams.withValue(for: token) { stream throws(IOError) in
      try stream.write("hello\n")
    }
  }
}

private struct Connection: ~Copyable {
  var stream: TCPStream?
  var receivedCount = 0

  deinit {
    print("received", receivedCount)
  }

  mutating func takeStream() -> TCPStream? {
    stream.take()
  }
}

@Suite(.guardingDescriptors)
struct NoncopyableSampleTests {
  @Test
  func `the samples for noncopyable values accept, greet and close`() throws {
    let server = try Server(SocketAddress(v4: .loopback, port: 0))
    let address = try server.listener.localAddress
    var sessions = TokenTable<Session>()
    let first = try connect(to: address)
    try inserting(server.listener, &sessions, server.poll.registry)
    #expect(sessions.count == 1)
    _ = first.descriptor

    let listener = try Loopback.listener()
    let second = try connect(to: try listener.localAddress)
    try MaybeServer(listener: listener).acceptAll()
    #expect(try second.receive() == Array("hello\n".utf8))
  }

  @Test
  func `the samples store, use, move and close a stream`() throws {
    let pair = try Loopback.pair()
    let peer = pair.second
    try greet(pair.first)
    #expect(try counting(pair.first) == 6)
    var other = Peer(link: .connecting(pair.first))
    other.didConnect()
    try other.link.greet()
    other.link = .closed
    other.didConnect()
    try other.link.greet()
    var text: [UInt8] = []
    while try peer.read(appendingTo: &text, upTo: 64) != 0 {}
    #expect(text == Array("hello\nhello\nhello\n".utf8))

    let client = Client(peer)
    try client.finish()
    try client.greet()  // has no effect any more
    let third = try Loopback.pair()
    #expect(capturing(third.first)().fileDescriptor >= 0)
    var connection = Connection(stream: third.second)
    let stream = connection.takeStream()
    #expect(stream?.descriptor.fileDescriptor ?? -1 >= 0)
  }

  @Test
  func `the sample keeps streams in a table`() throws {
    let listener = try Loopback.listener()
    let client = try connect(to: try listener.localAddress)
    var streams = try keeping(listener)
    #expect(streams.count == 1)
    var tokens: [Token] = []
    streams.forEach { token, _ in tokens.append(token) }
    try greetingAll(tokens, &streams)
    #expect(try client.receive() == Array("hello\n".utf8))
  }

  /// Connects, and waits until the connection waits in the listener.
  private func connect(to address: SocketAddress) throws -> TCPStream {
    let stream = try TCPStream(connectingTo: address)
    while try stream.finishConnect() == .pending {}
    return stream
  }
}
