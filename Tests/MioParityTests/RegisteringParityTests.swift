import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The counterparts of mio's `tests/registering.rs`.
@Suite(.guardingDescriptors)
struct RegisteringParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `a source that changes its interest and is then deregistered is reported correctly`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    let pair = try Loopback.pair(of: listener)
    try poll.register(listener, token: 1, interest: .readable)
    try poll.register(pair.first, token: 2, interest: .readable)
    try pair.second.send([1, 2, 3, 4])
    try poll.next(2, where: \.isReadable)
    #expect(try pair.first.drain() == [1, 2, 3, 4])

    try poll.reregister(pair.first, token: 2, interest: .writable)
    let event = try poll.next(2, where: \.isWritable)
    #expect(!event.isReadable)
    try poll.deregister(listener)
    try poll.deregister(pair.first)
    try pair.second.send([5])
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an interest that is replaced before the poll is not reported`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    try poll.register(client, token: 2, interest: .writable)
    try poll.next(2, where: \.isWritable)
    try poll.reregister(listener, token: 1, interest: .writable)
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a TCP source can be registered with only one poll at a time`(
    _ selector: TestedSelector
  ) throws {
    let listener = try Loopback.listener()
    let pair = try Loopback.pair(of: listener)
    try expectOnePollAtATime(listener, selector)
    try expectOnePollAtATime(pair.first, selector)
    try expectOnePollAtATime(pair.second, selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a UDP socket can be registered with only one poll at a time`(
    _ selector: TestedSelector
  ) throws {
    try expectOnePollAtATime(try UDPSocket(.v4), selector)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a deregistered source can be registered again`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable)
    try poll.deregister(listener)
    try poll.register(listener, token: 2, interest: .readable)
    let client = try TCPStream(connectingTo: try listener.localAddress)
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [2])
    _ = client.descriptor
  }

  private func expectOnePollAtATime<Target: Source & ~Copyable>(
    _ source: borrowing Target, _ selector: TestedSelector,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (one, other) = (try selector.makePoll(), try selector.makePoll())
    try one.register(source, token: 1, interest: [.readable, .writable])
    for change in [
      RegistrationChange.register(2, .readable), .reregister(2, .readable), .deregister,
    ] {
      var kind: IOError.Kind?
      do throws(IOError) { try other.apply(change, to: source) } catch { kind = error.kind }
      let expected: IOError.Kind =
        if case .register = change { .alreadyRegistered } else { .notRegistered }
      #expect(kind == expected, "\(change)", sourceLocation: sourceLocation)
    }
    try one.deregister(source)
    try other.register(source, token: 2, interest: .readable)
    try other.deregister(source)
  }
}
