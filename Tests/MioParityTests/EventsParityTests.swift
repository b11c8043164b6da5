import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The counterparts of mio's `tests/events.rs`.
@Suite(.guardingDescriptors)
struct EventsParityTests {
  @Test(arguments: TestedSelector.allCases)
  func `a wrapper around a source is a source`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let peer = pair.second
    let stream = WrappedSource(pair.first)
    let anySource: any Source = stream
    try poll.register(stream, token: 1, interest: .writable)
    try poll.next(1, where: \.isWritable)
    try poll.reregister(anySource, token: 2, interest: .writable)
    try poll.next(2, where: \.isWritable)
    try poll.deregister(anySource)
    try peer.send([1])
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `an events buffer is filled by a poll, can be emptied, and keeps its capacity`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll(capacity: 16)
    #expect(poll.capacity == 16 && poll.events.isEmpty)
    let waker = try poll.makeWaker(token: 10)
    try waker.wake()
    let events = try poll.poll(timeout: .seconds(5))
    #expect(events == [Event(token: 10, readiness: .readable)])
    #expect(poll.events == events)
    poll.removeEvents()
    #expect(poll.capacity == 16 && poll.events.isEmpty)
  }

  @Test
  func `threads can share events`() {
    func check<S: Selector & ~Copyable>(_ selector: S.Type) {
      expectSendable(Events<S>.self)
    }
    expectSendable(Event.self)
  }
}
