import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The counterparts of mio's `tests/tcp_stream.rs`.
///
/// `TCPStreamParityTests+Closing.swift` has the counterparts that test shutdowns and resets.
@Suite(.guardingDescriptors)
struct TCPStreamParityTests {
  @Test
  func `threads can share a stream`() {
    expectSendable(TCPStream.self)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is reported, and transfers bytes`(_ selector: TestedSelector) throws {
    let listener = try Loopback.listener()
    try expectStreaming(try TCPStream(connectingTo: listener.localAddress), listener, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an IPv6 stream is reported, and transfers bytes`(_ selector: TestedSelector) throws {
    let listener = try TCPListener(bindingTo: SocketAddress(v6: .loopback, port: 0))
    try expectStreaming(try TCPStream(connectingTo: listener.localAddress), listener, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an adopted stream is reported, and transfers bytes`(_ selector: TestedSelector) throws {
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: listener.localAddress)
    try expectStreaming(try client.fromElsewhere(), listener, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `the options of a writable stream can be set and read`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .writable)
    try poll.next(1, where: \.isWritable)
    try pair.first.set(.timeToLive, to: 10)
    #expect(try pair.first.value(of: .timeToLive) == 10)
    for value in [true, false] {
      try pair.first.set(.noDelay, to: value)
      #expect(try pair.first.value(of: .noDelay) == value)
    }
  }

  @Test
  func `options have default values`() throws {
    let pair = try Loopback.pair()
    #expect(try pair.first.value(of: .timeToLive) > 0)
    #expect(try pair.first.value(of: .noDelay) == false)
  }

  @Test
  func `a descriptor that is taken and adopted keeps its number and address`() throws {
    let pair = try Loopback.pair()
    try expectSame(afterAdopting: pair.first)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream without data is not readable`(_ selector: TestedSelector) throws {
    let pair = try Loopback.pair()
    try expectQuiet(pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream can be reregistered for writing with another token`(
    _ selector: TestedSelector
  ) throws {
    let pair = try Loopback.pair()
    try expectWritable(afterReregistering: pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered stream is not reported, and still works`(
    _ selector: TestedSelector
  ) throws {
    let pair = try Loopback.pair()
    try expectQuiet(afterDeregistering: pair.first, selector)
    #expect(try pair.first.peeked() == nil)
    #expect(try pair.first.receive() == nil)
    #expect(try pair.first.send([1, 2, 3]) == 3)
    #expect(try pair.second.drain() == [1, 2, 3])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a peek does not end the readiness of an edge`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    for byte in UInt8(1)...2 {
      try pair.second.send([byte])
      try poll.next(1, where: \.isReadable)
      #expect(try pair.first.peeked() == [byte])
      #expect(try pair.first.drain() == [byte])
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `after a peek would have blocked, new data causes an event`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    #expect(try pair.first.peeked() == nil)
    try pair.second.send([1])
    try poll.next(1, where: \.isReadable)
    #expect(try pair.first.peeked() == [1])
  }

  @Test(arguments: TestedSelector.allCases)
  func `after a read and a peek that would have blocked, new data causes an event`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    for byte in UInt8(1)...3 {
      try pair.second.send([byte])
      try poll.next(1, where: \.isReadable)
      #expect(try pair.first.receive() == [byte])
      #expect(try pair.first.peeked() == nil)
      #expect(try poll.shortly().isEmpty)
    }
  }

  /// What mio calls its smoke test, with a stream that connects to the listener.
  private func expectStreaming(
    _ client: borrowing TCPStream, _ listener: borrowing TCPListener, _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    try #require(OpenDescriptors.isSafe(client.descriptor))
    try poll.register(listener, token: 1, interest: .readable)
    try poll.register(client, token: 2, interest: [.readable, .writable])
    let events = try poll.collect { Set($0.map(\.token)) == [1, 2] }
    #expect(events.contains(Event(token: 2, readiness: .writable)))
    #expect(try client.finishConnect() == .connected)
    let server = try listener.acceptAnnounced().stream
    try poll.register(server, token: 3, interest: [.readable, .writable])
    #expect(try client.peerAddress == (try listener.localAddress))
    #expect(try client.localAddress == (try server.peerAddress))
    try expectEcho(client, token: 2, server, token: 3, poll)
  }
}
