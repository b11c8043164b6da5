import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The counterparts of mio's `tests/poll.rs` that test polling.
///
/// `PollParityTests+Registry.swift` has the counterparts that test registries.
@Suite(.guardingDescriptors)
struct PollParityTests {
  @Test
  func `threads can share polls, registries and events`() {
    func check<S: Selector & ~Copyable>(_ selector: S.Type) {
      expectSendable(Poll<S>.self)
      expectSendable(Registry<S>.self)
      expectSendable(Events<S>.self)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a poll without sources returns no events after its timeout`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let deadline = poll.now.advanced(by: .milliseconds(20))
    #expect(try poll.poll(timeout: .milliseconds(20)).isEmpty)
    #expect(poll.now >= deadline)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a closed source is not reported, and polls still work`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    do {
      let listener = try Loopback.listener()
      try poll.register(listener, token: 1, interest: [.readable, .writable])
    }
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a poll with a timeout of zero returns the ready sources`(_ selector: TestedSelector) throws
  {
    let poll = try selector.makePoll()
    var pairs = TokenTable<ConnectedPair<TCPStream>>()
    for index in 0..<3 {
      let pair = try Loopback.pair()
      try poll.register(pair.first, token: Token(UInt(index)), interest: .writable)
      _ = pairs.insert(pair)
    }
    let events = try poll.poll(timeout: .zero)
    #expect(events.map(\.token).sorted() == [0, 1, 2])
    #expect(events.filter(\.isWritable).count == 3)
  }

  @Test(arguments: TestedSelector.allCases)
  func `thousands of polls in a row leave no descriptor open`(_ selector: TestedSelector) throws {
    for _ in 0..<2000 {
      let poll = try selector.makePoll()
      #expect(try poll.poll(timeout: .zero).isEmpty)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a source is reported again after a read would have blocked`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    for byte in UInt8(1)...3 {
      try pair.second.send([byte])
      try poll.next(1, where: \.isReadable)
      #expect(try pair.first.drain() == [byte])
      #expect(try poll.shortly().isEmpty)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a stream that is closed after a read would have blocked ends its connection`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let first = pair.first
    let second = pair.second
    try poll.register(second, token: 2, interest: .readable)
    try poll.register(first, token: 1, interest: .readable)
    #expect(try first.receive() == nil)
    #expect(try poll.shortly().isEmpty)
    try first.close()
    try poll.next(2, where: \.isReadable)
    #expect(try second.receive() == [])
  }
}
