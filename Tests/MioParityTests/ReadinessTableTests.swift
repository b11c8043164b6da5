import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The table of `Docs/Portability.md`: the event that is reported in each situation.
@Suite(.guardingDescriptors)
struct ReadinessTableTests {
  @Test(arguments: TestedSelector.knownAnswers, Situation.all)
  func `each situation causes the events that the table of Docs/Portability.md states`(
    _ selector: TestedSelector, _ situation: Situation
  ) throws {
    guard situation.isPossible(for: selector) else { return }
    if let reason = situation.abilities.compactMap({ Ability.lacking[$0] }).first {
      try skip(situation.name, reason)
    }
    try situation.arrange(Observation(selector, situation))
  }

  @Test(arguments: TestedSelector.allCases)
  func `a finished peer causes at most another writable event for a writer`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .writable)
    try poll.next(1, where: \.isWritable)
    try pair.second.shutdown(.write)
    let events = try poll.shortly()
    switch selector {
    case .epoll: #expect(events == [Event(token: 1, readiness: .writable)])
    // libkqueue reports this event, and kqueue does not.
    case .kqueue: #expect(events.isEmpty || events == [Event(token: 1, readiness: .writable)])
    case .poll, .afd: #expect(events.isEmpty)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a second connection before an accept causes at most one more event`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    try poll.register(listener, token: 1, interest: .readable)
    let first = try TCPStream(connectingTo: address)
    try poll.next(1, where: \.isReadable)
    let second = try TCPStream(connectingTo: address)
    let events = try poll.shortly()
    switch selector {
    case .epoll, .kqueue: #expect(events == [Event(token: 1, readiness: .readable)])
    case .poll, .afd: #expect(events.isEmpty)
    }

    // Until accepting would block, a selector need not report the remaining connection.
    #expect(try listener.accept() != nil)
    #expect(try poll.shortly().isEmpty)
    #expect(try listener.accept() != nil)
    #expect(try listener.accept() == nil)
    let third = try TCPStream(connectingTo: address)
    try poll.next(1, where: \.isReadable)
    _ = (first.descriptor, second.descriptor, third.descriptor)
  }

  @Test(.needs(.unixSockets), arguments: TestedSelector.allCases)
  func `closing a datagram socket causes no event for its peer`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try UnixDatagram.pair()
    let first = pair.first
    try poll.register(first, token: 1, interest: [.readable, .writable])
    try poll.next(1, where: \.isWritable)
    try pair.second.close()
    #expect(try poll.shortly().isEmpty)
    // The BSDs store the reason why the peer is gone, and return it from the next operation.
    expectError(.connectionRefused, or: .connectionReset) { () throws(IOError) in
      try first.send([1])
    }
  }
}

/// An observation of a source in a situation.
struct Observation {
  private let selector: TestedSelector
  private let situation: Situation

  init(_ selector: TestedSelector, _ situation: Situation) {
    self.selector = selector
    self.situation = situation
  }

  /// Registering is an edge that reports all conditions.
  ///
  /// The actions of the peer may still be in transit. Until the time expires, an event may report
  /// fewer conditions, but never more.
  func callAsFunction<Target: Source & ~Copyable>(_ source: borrowing Target) throws {
    let expected = situation.expected(of: selector)
    let poll = try selector.makePoll()
    try poll.register(source, token: 1, interest: situation.interest)
    let deadline = poll.now.advanced(by: .seconds(30))
    var seen = try observe(poll)
    while seen != expected, seen.isSubset(of: expected), poll.now < deadline {
      try poll.reregister(source, token: 1, interest: situation.interest)
      seen = try observe(poll)
    }
    #expect(seen == expected)
    try poll.deregister(source)
  }

  private func observe(_ poll: any TestPoll) throws -> Predicates {
    let events = try poll.shortly()
    #expect(events.count <= 1)
    return events.first.map { Predicates($0) } ?? []
  }
}
