import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/unix_stream.rs`.
@Suite(.guardingDescriptors, .needs(.unixSockets))
struct UnixStreamParityTests: ~Copyable {
  private let folder = TemporaryFolder()

  @Test
  func `threads can share a stream`() {
    expectSendable(UnixStream.self)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is reported, and transfers bytes`(_ selector: TestedSelector) throws {
    let listener = try UnixListener(bindingTo: try folder.address())
    try expectStreaming(try .connected(to: try folder.address()), listener, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an adopted stream is reported, and transfers bytes`(_ selector: TestedSelector) throws {
    let listener = try UnixListener(bindingTo: try folder.address())
    let client = try UnixStream.connected(to: try folder.address())
    try expectStreaming(try client.fromElsewhere(), listener, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream to the address that the listener reports transfers bytes`(
    _ selector: TestedSelector
  ) throws {
    let listener = try UnixListener(bindingTo: try folder.address())
    try expectStreaming(try .connected(to: try listener.localAddress), listener, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is writable after its connect, and readable after its peer has closed`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try UnixListener(bindingTo: try folder.address())
    let client = try UnixStream.connected(to: try folder.address())
    try poll.register(client, token: 1, interest: [.readable, .writable])
    #expect(try poll.next(1) == Event(token: 1, readiness: .writable))
    let server = try listener.acceptAnnounced().stream
    #expect(try poll.shortly().isEmpty)
    try server.close()
    try poll.next(1, where: \.isReadable)
    #expect(try client.receive() == [])
  }

  @Test(.needs(.waitingBacklogs), arguments: TestedSelector.allCases)
  func `a connect to a full backlog returns no stream and no error`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let address = try folder.address()
    let listener = try UnixListener(bindingTo: address, backlog: 1)
    try poll.register(listener, token: 1, interest: .readable)
    var clients = TokenTable<UnixStream>()
    while let client = try UnixStream(connectingTo: address) { _ = clients.insert(client) }
    try poll.next(1, where: \.isReadable)
    for _ in 0..<clients.count { #expect(try listener.accept() != nil) }
    #expect(try listener.accept() == nil)
    #expect(try UnixStream(connectingTo: address) != nil)
  }

  @Test(arguments: TestedSelector.allCases)
  func `both ends of a pair are reported, and transfer bytes`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try UnixStream.pair()
    try #require(OpenDescriptors.isSafe(pair.first.descriptor))
    try #require(OpenDescriptors.isSafe(pair.second.descriptor))
    try poll.register(pair.first, token: 1, interest: [.readable, .writable])
    try poll.register(pair.second, token: 2, interest: [.readable, .writable])
    try expectEcho(pair.first, token: 1, pair.second, token: 2, poll)
    try expectEcho(pair.second, token: 2, pair.first, token: 1, poll)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream that was shut down for reading is read-closed, and reads the end`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixStream.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.first.shutdown(.read)
    }
    #expect(event?.isReadClosed == true && event?.isWriteClosed == false)
    #expect(try pair.first.receive() == [])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream that was shut down for writing cannot write, and can still be read`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixStream.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.first.shutdown(.write)
    }
    // As for TCP, epoll does not report write-closed here. The test only requires that reading is
    // not over.
    switch selector {
    case .epoll: #expect(event == Event(token: 1, readiness: .writable))
    case .poll, .afd: #expect(event == nil)
    case .kqueue: #expect(event?.isWritable == true && event?.isReadClosed == false)
    }
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1]) }
    try pair.second.send([2])
    #expect(try pair.first.receive() == [2])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream that was shut down in both directions is write-closed`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixStream.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.first.shutdown(.both)
    }
    #expect(event?.isReadClosed == true && event?.isWriteClosed == true)
    #expect(try pair.first.receive() == [])
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1]) }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is read-closed after its peer has shut down writing`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixStream.pair()
    let event = try event(of: pair.first, selector) { () throws(IOError) in
      try pair.second.shutdown(.write)
    }
    #expect(event?.isReadClosed == true && event?.isWriteClosed == false)
    #expect(try pair.first.receive() == [])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream without data is not readable`(_ selector: TestedSelector) throws {
    let pair = try UnixStream.pair()
    try expectQuiet(pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream can be reregistered for writing with another token`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixStream.pair()
    try expectWritable(afterReregistering: pair.first, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered stream is not reported, and still works`(
    _ selector: TestedSelector
  ) throws {
    let pair = try UnixStream.pair()
    try expectQuiet(afterDeregistering: pair.first, selector)
    #expect(try pair.first.send([1]) == 1)
    #expect(try pair.second.receive() == [1])
  }

  /// What mio calls its smoke test, with a stream that is connected to the listener.
  private func expectStreaming(
    _ client: consuming UnixStream, _ listener: borrowing UnixListener, _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    try #require(OpenDescriptors.isSafe(client.descriptor))
    try poll.register(listener, token: 1, interest: .readable)
    try poll.register(client, token: 2, interest: [.readable, .writable])
    let events = try poll.collect { Set($0.map(\.token)) == [1, 2] }
    #expect(events.contains(Event(token: 2, readiness: .writable)))
    let server = try listener.acceptAnnounced().stream
    try poll.register(server, token: 3, interest: [.readable, .writable])
    #expect(try client.peerAddress == (try listener.localAddress))
    #expect(try client.localAddress == .unnamed)
    try expectEcho(client, token: 2, server, token: 3, poll)
  }
}
