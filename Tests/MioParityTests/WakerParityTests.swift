import MioCore
import TestHelpers
import Testing

/// The counterparts of mio's `tests/waker.rs`.
@Suite(.guardingDescriptors)
struct WakerParityTests {
  @Test
  func `threads can share a waker`() {
    expectSendable(PollWaker.self)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a wake before a poll is reported`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let waker = try poll.makeWaker(token: 10)
    try waker.wake()
    #expect(try poll.poll(timeout: .seconds(5)) == [Event(token: 10, readiness: .readable)])
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `several wakes before a poll cause one event`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let waker = try poll.makeWaker(token: 10)
    for _ in 0..<3 { try waker.wake() }
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [10])
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a wake from another thread ends a wait and is reported once`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let waker = try poll.makeWaker(token: 10)
    let worker = Worker { try waker.wake() }
    #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [10])
    try worker.join()
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a wake after a reported wake is reported too`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let waker = try poll.makeWaker(token: 10)
    for _ in 0..<2 {
      let worker = Worker { try waker.wake() }
      #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [10])
      try worker.join()
    }
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a poll can have any number of wakers`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let wakers = try [10, 11].map { try poll.makeWaker(token: $0) }
    for waker in wakers {
      try waker.wake()
      #expect(try poll.poll(timeout: .seconds(5)).map(\.token) == [waker.token])
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `wakers of two duplicates of the registry wake the poll`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let registries = [try poll.duplicate(), try poll.duplicate().duplicate()]
    let wakers = [
      try registries[0].makeWaker(token: 10), try registries[1].makeWaker(token: 11),
    ]
    for waker in wakers { try waker.wake() }
    let events = try poll.collect { $0.count >= 2 }
    #expect(events.map(\.token).sorted() == [10, 11])
  }
}
