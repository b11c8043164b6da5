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
  func `a listener does all that a listener does`(_ selector: TestedSelector) throws {
    try expectListening(try Loopback.listener(), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener of IPv6 does all that a listener does`(_ selector: TestedSelector) throws {
    let address = SocketAddress(v6: .loopback, port: 0)
    try expectListening(try TCPListener(bindingTo: address), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener from elsewhere does all that a listener does`(_ selector: TestedSelector) throws
  {
    try expectListening(try Loopback.listener().fromElsewhere(), selector)
  }

  @Test
  func `the time to live is set and read back`() throws {
    let listener = try Loopback.listener()
    try listener.set(.timeToLive, to: 10)
    #expect(try listener.value(of: .timeToLive) == 10)
  }

  @Test
  func `the time to live is known without being set`() throws {
    #expect(try Loopback.listener().value(of: .timeToLive) > 0)
  }

  @Test
  func `a descriptor keeps its number and address when it is given and taken`() throws {
    try expectSame(afterAdopting: try Loopback.listener())
  }

  @Test(arguments: TestedSelector.allCases)
  func `a listener that nobody connects to says nothing`(_ selector: TestedSelector) throws {
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
  func `a deregistered listener says nothing, and accepts`(_ selector: TestedSelector) throws {
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
  func `a second connection after a drained queue is a second event`(
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
