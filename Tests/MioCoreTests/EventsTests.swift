import MioCore
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct EventsTests {
  private func poll(
    _ selector: consuming MockSelector, _ delivered: [Event],
    into events: inout Events<MockSelector>
  ) throws -> Poll<MockSelector> {
    let queue = selector.queue
    var poll = Poll(selector)
    for event in delivered { queue.deliver(event) }
    try poll.poll(into: &events, timeout: .zero)
    return poll
  }

  private let three = (1...3).map { Event(token: Token($0), readiness: .readable) }

  @Test(arguments: [Int.min, -1, 0, 134_217_728, 1 << 32, .max])
  func `a capacity that is not supported on every system is refused`(_ capacity: Int) {
    #expect(throws: IOError(.invalidArgument, operation: .createEvents)) {
      _ = try Events<MockSelector>(capacity: capacity)
    }
  }

  @Test(arguments: [1, 134_217_727])
  func `a capacity that every system supports is accepted`(_ capacity: Int) throws {
    #expect(try Events<MockSelector>(capacity: capacity).capacity == capacity)
  }

  @Test
  func `the description of an event buffer lists the events of the last poll`() throws {
    var events = try Events<MockSelector>(capacity: 8)
    #expect(events.description == "[]")
    _ = try poll(MockSelector(), [three[0], three[2]], into: &events)
    #expect(events.description == "[\(three[0]), \(three[2])]")
  }

  @Test
  func `an event buffer is a random access collection`() throws {
    var events = try Events<MockSelector>(capacity: 8)
    #expect(events.isEmpty && events.capacity == 8)
    _ = try poll(MockSelector(), three, into: &events)
    #expect(Array(events) == three)
    #expect(events.count == 3 && events[1] == three[1] && events.last == three[2])
    #expect(events.reversed().map(\.token) == [3, 2, 1])
    #expect(events.underestimatedCount == 3)
    events.removeAll()
    #expect(events.isEmpty && events.capacity == 8)
  }

  @Test
  func `a copy of an event buffer is not changed by a poll into the original`() throws {
    var events = try Events<MockSelector>(capacity: 8)
    var poll = try poll(MockSelector(), three, into: &events)
    let copy = events
    poll.registry.selector.queue.deliver(Event(token: 9, readiness: .writable))
    try poll.poll(into: &events, timeout: .zero)
    #expect(Array(copy) == three)
    #expect(events.map(\.token) == [9])
  }

  @Test
  func `a poll inside a loop over events does not change the events of the loop`() throws {
    var events = try Events<MockSelector>(capacity: 8)
    var poll = try poll(MockSelector(), three, into: &events)
    var seen: [Token] = []
    for event in events {
      seen.append(event.token)
      poll.registry.selector.queue.deliver(Event(token: 100, readiness: .readable))
      try poll.poll(into: &events, timeout: .zero)
    }
    #expect(seen == [1, 2, 3])
  }

  @Test
  func `after a poll that throws, the event buffer is empty`() throws {
    var events = try Events<MockSelector>(capacity: 8)
    var poll = try poll(MockSelector(), three, into: &events)
    poll.registry.selector.queue.fail(.poll, with: .badDescriptor)
    #expect(throws: IOError(.badDescriptor, operation: .poll)) {
      try poll.poll(into: &events, timeout: .zero)
    }
    #expect(events.isEmpty)
  }

  @Test
  func `subscripting an event buffer with an index out of range traps`() async {
    await #expect(processExitsWith: .failure) {
      let events = try Events<MockSelector>(capacity: 8)
      _ = events[0]
    }
  }
}
