import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

extension TCPParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `a connection causes one event, and a second accept would block`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.next(1, where: \.isReadable)
    #expect(poll.events.count == 1)
    #expect(try listener.accept() != nil)
    #expect(try listener.accept() == nil)
    #expect(try poll.shortly().isEmpty)
    _ = client.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a connect causes one event, and the close of the peer causes another`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 2, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.register(client, token: 1, interest: [.readable, .writable])
    let events = try poll.collect { Set($0.map(\.token)) == [1, 2] }
    #expect(events.filter { $0.token == 1 } == [Event(token: 1, readiness: .writable)])
    let server = try listener.acceptAnnounced()
    #expect(try poll.shortly().isEmpty)
    _ = consume server
    try poll.next(1, where: \.isReadable)
    #expect(poll.events.count == 1)
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `closing a registered stream is reported to its peer`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let client = pair.first
    let server = pair.second
    try poll.register(client, token: 1, interest: .readable)
    try poll.register(server, token: 2, interest: .readable)
    try server.close()
    try poll.next(1, where: \.isReadable)
    #expect(!poll.events.contains { $0.token == 2 })
    #expect(try client.receive() == [])
  }

  @Test(arguments: TestedSelector.allCases)
  func `a closed listener is not reported`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try listener.close()
    #expect(try poll.shortly().isEmpty)
    _ = client.descriptor
  }

  @Test
  func `a port that is in use cannot be bound`() throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    expectError(.addressInUse) { () throws(IOError) in try TCPListener(bindingTo: address) }
  }

  @Test(.needs(.resetErrors), arguments: TestedSelector.leavingErrors)
  func `a reset before the registration is reported`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let client = pair.first
    let server = pair.second
    try server.set(.linger, to: .zero)
    try server.close()
    try poll.register(client, token: 1, interest: .readable)
    try poll.next(1, where: \.isReadable)
    expectError(.connectionReset) { () throws(IOError) in try client.receive() }
    #expect(try client.receive() == [])
  }

  @Test(.needs(.errorsThatAreTaken), arguments: TestedSelector.leavingErrors)
  func `a refused connection is reported, and its error can be taken once`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let address = try Loopback.listener().localAddress  // no socket listens there any more
    let client = try TCPStream(connectingTo: address)
    try poll.register(client, token: 1, interest: .writable)
    let event = try poll.next(1)
    #expect(event.isWritable && event.isWriteClosed)
    #expect(try client.takeError()?.kind == .connectionRefused)
    #expect(try client.takeError() == nil)
  }

  @Test(arguments: TestedSelector.allCases)
  func `writing to a closed peer fails in the end, and never returns zero`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let client = pair.first
    let server = pair.second
    try poll.register(client, token: 1, interest: .writable)
    try server.close()
    let error = expectError(.brokenPipe, or: .connectionReset) { () throws(IOError) in
      while true {
        if let count = try client.send([1, 2, 3]) {
          #expect(count > 0)
        } else {
          try poll.next(1, where: \.isWritable)
        }
      }
    }
    #expect(error?.operation == .write)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream is readable and read-closed only after its peer has finished`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: [.readable, .writable])
    let connected = try poll.next(1, where: \.isWritable)
    #expect(!connected.isReadClosed && !connected.isWriteClosed)
    #expect(try poll.shortly().isEmpty)
    try pair.second.shutdown(.write)
    let finished = try poll.next(1, where: \.isReadable)
    #expect(finished.isReadClosed && !finished.isWriteClosed)
  }

  @Test(arguments: TestedSelector.allCases)
  func `both ends of a connection know both addresses when they are ready`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    try poll.register(listener, token: 1, interest: .readable)
    let client = try TCPStream(connectingTo: address)
    try poll.register(client, token: 2, interest: .writable)
    try poll.collect { Set($0.map(\.token)) == [1, 2] }
    let connection = try listener.acceptAnnounced()
    #expect(connection.address == (try client.localAddress))
    #expect(try connection.stream.peerAddress == (try client.localAddress))
    #expect(try connection.stream.localAddress == address)
    #expect(try client.peerAddress == address)
  }

  @Test(arguments: TestedSelector.allCases)
  func `bytes that were written before the stream was closed arrive`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let client = pair.first
    let server = pair.second
    try poll.register(server, token: 1, interest: .writable)
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [1])
    try poll.register(client, token: 2, interest: .readable)
    try server.send([1, 2, 3])
    try server.close()
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [2])
    #expect(try poll.receive(4, from: client, token: 2) == [1, 2, 3])
  }

  @Test(arguments: TestedSelector.allCases)
  func `bytes that were written before the stream was deregistered arrive`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.second, token: 1, interest: .writable)
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [1])
    try poll.register(pair.first, token: 2, interest: .readable)
    try pair.second.send([1, 2, 3])
    try poll.deregister(pair.second)
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [2])
    #expect(try pair.first.drain() == [1, 2, 3])
  }

  @Test(arguments: TestedSelector.allCases)
  func `deregistered sockets are not reported, and still work`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    let pair = try Loopback.pair(of: listener)
    try poll.register(listener, token: 1, interest: .readable)
    try poll.register(pair.first, token: 2, interest: [.readable, .writable])
    try poll.register(pair.second, token: 3, interest: [.readable, .writable])
    try poll.collect { Set($0.map(\.token)) == [2, 3] }
    try poll.deregister(listener)
    try poll.deregister(pair.first)
    try poll.deregister(pair.second)
    try pair.second.send([1, 2, 3])
    let another = try TCPStream(connectingTo: try listener.localAddress)
    #expect(try poll.shortly().isEmpty)
    #expect(try pair.first.drain() == [1, 2, 3])
    #expect(try listener.accept() != nil)
    _ = another.descriptor
  }
}
