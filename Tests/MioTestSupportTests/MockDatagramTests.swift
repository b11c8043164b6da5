import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// One datagram protocol, first without a kernel, then with UDP.
@Suite(.guardingDescriptors)
struct MockDatagramTests {
  @Test
  func `code that answers over UDP also works with mock sockets`() throws {
    let network = MockNetwork<Int>()
    let server = try network.bind(to: 1)
    let client = try network.bind(to: 2)
    try expectAnswer(server, at: 1, client, at: 2, try TestedSelector.epoll.makePoll(), false)
    let udp = try Loopback.udpPair(connected: false)
    for selector in TestedSelector.allCases {
      try expectAnswer(
        udp.first, at: try udp.first.localAddress, udp.second, at: try udp.second.localAddress,
        try selector.makePoll(), true)
    }
  }

  private func expectAnswer<S: DatagramSocket & ~Copyable>(
    _ server: borrowing S, at address: S.Address, _ client: borrowing S, at own: S.Address,
    _ poll: any TestPoll, _ isReal: Bool
  ) throws where S.Address: Equatable {
    if isReal { try poll.register(server, token: 1, interest: .readable) }
    #expect(try client.send([1, 2].span, to: address) == 2)
    if isReal { try poll.next(1, where: \.isReadable) }
    var buffer: [UInt8] = [0, 0, 0]
    var room = buffer.mutableSpan
    let question = try #require(try server.receive(into: &room))
    #expect(question.count == 2 && !question.isTruncated && question.sender == own)
    #expect(try server.receive(into: &room) == nil)
    #expect(try server.send([3].span, to: own) == 1)
    #expect(try client.receive(into: &room)?.sender == address)
    if isReal { try poll.deregister(server) }
  }

  @Test
  func `mock messages cause events in virtual time`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    var events = try Events<MockSelector>(capacity: 4)
    let network = MockNetwork<String>(queueCapacity: 2)
    let server = try network.bind(to: "server")
    let client = try network.bind(to: "client")
    try poll.registry.register(server, token: 1, interest: [.readable, .writable])
    try poll.poll(into: &events, timeout: .seconds(60))
    #expect(Array(events) == [Event(token: 1, readiness: .writable)])
    // One more than the queue can hold.
    for byte in UInt8(1)...3 { #expect(try client.send([byte].span, to: "server") == 1) }
    #expect(try client.send([9].span, to: "nobody") == 1)
    try poll.poll(into: &events, timeout: .seconds(60))
    #expect(events.map(\.isReadable) == [true])
    #expect(queue.undrainedTokens == [1])
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    var count = 0
    while try server.receive(into: &room) != nil { count += 1 }
    #expect(count == 2)
    #expect(queue.undrainedTokens.isEmpty)
    try poll.poll(into: &events, timeout: .seconds(60))
    #expect(events.isEmpty)
  }

  @Test
  func `a test can truncate messages, make sending block and make operations fail`() throws {
    var poll = Poll(MockSelector())
    var events = try Events<MockSelector>(capacity: 4)
    let network = MockNetwork<Int>()
    let first = try network.bind(to: 1)
    let second = try network.bind(to: 2)
    let error = expectError(.addressInUse) { () throws(IOError) in try network.bind(to: 2) }
    #expect(error?.operation == .bind)
    try poll.registry.register(first, token: 1, interest: .writable)
    let couldSend = first.canSend
    first.canSend = false
    let canSend = first.canSend
    #expect(couldSend && !canSend)
    #expect(try first.send([1].span, to: 2) == nil)
    first.canSend = true
    try poll.poll(into: &events, timeout: .zero)
    #expect(events.map(\.isWritable) == [true])
    #expect(try first.send([1, 2].span, to: 2) == 2)
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    #expect(try second.receive(into: &room)?.isTruncated == true)
    first.failNext(.writable, with: .messageTooLong)
    second.failNext(.readable, with: .connectionRefused)
    expectError(.messageTooLong) { () throws(IOError) in try first.send([1].span, to: 2) }
    expectError(.connectionRefused) { () throws(IOError) in
      var room = buffer.mutableSpan
      return try second.receive(into: &room)
    }
  }

  @Test
  func `the address of a mock socket is free after the socket was destroyed`() throws {
    let network = MockNetwork<Int>()
    for _ in 0..<2 {
      let socket = try network.bind(to: 1)
      #expect(try socket.send([1].span, to: 1) == 1)
      #expect(socket.address == 1)
    }
  }
}
