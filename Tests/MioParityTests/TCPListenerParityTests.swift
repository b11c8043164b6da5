import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/tcp_listener.rs`.
@Suite(.guardingDescriptors)
struct TCPListenerParityTests {
  @Test
  func `threads can share a listener`() {
    expectSendable(TCPListener.self)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener is reported for a connection, and accepts it`(_ selector: TestedSelector) throws
  {
    try expectListening(try Loopback.listener(), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an IPv6 listener is reported for a connection, and accepts it`(
    _ selector: TestedSelector
  ) throws {
    let address = SocketAddress(v6: .loopback, port: 0)
    try expectListening(try TCPListener(bindingTo: address), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an adopted listener is reported for a connection, and accepts it`(
    _ selector: TestedSelector
  ) throws {
    try expectListening(try Loopback.listener().fromElsewhere(), selector)
  }

  @Test
  func `the time to live can be set and read`() throws {
    let listener = try Loopback.listener()
    try listener.set(.timeToLive, to: 10)
    #expect(try listener.value(of: .timeToLive) == 10)
  }

  @Test
  func `the time to live has a default value`() throws {
    #expect(try Loopback.listener().value(of: .timeToLive) > 0)
  }

  @Test
  func `a descriptor that is taken and adopted keeps its number and address`() throws {
    try expectSame(afterAdopting: try Loopback.listener())
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener without a connection is not reported`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: [.readable, .writable])
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener is reported with its new token`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    try poll.reregister(listener, token: 2, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [2])
    #expect(try listener.accept() != nil)
    #expect(try listener.accept() == nil)
    _ = client.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered listener is not reported, and still accepts`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.deregister(listener)
    #expect(try poll.shortly().isEmpty)
    #expect(try listener.accept() != nil)
    _ = client.descriptor
  }

  @Test(arguments: TestedSelector.allCases)
  func `a connection after a drained backlog causes another event`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    for _ in 0..<2 {
      let client = try TCPStream(connectingTo: try listener.localAddress)
      try poll.next(1, where: \.isReadable)
      #expect(try listener.accept() != nil)
      #expect(try listener.accept() == nil)
      #expect(try poll.shortly().isEmpty)
      _ = client.descriptor
    }
  }

  /// What mio calls its smoke test.
  private func expectListening(
    _ listener: borrowing TCPListener, _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    try #require(OpenDescriptors.isSafe(listener.descriptor))
    try poll.register(listener, token: 1, interest: .readable)
    #expect(try poll.shortly().isEmpty)

    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.next(1, where: \.isReadable)
    let connection = try listener.acceptAnnounced()
    #expect(connection.address == (try client.localAddress))
    #expect(connection.address.ip == (try listener.localAddress.ip))
    try #require(OpenDescriptors.isSafe(connection.stream.descriptor))
    #expect(try listener.accept() == nil)
    #expect(try listener.takeError() == nil)
  }
}
