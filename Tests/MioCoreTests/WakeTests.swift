@testable import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The algorithm of the wakers, observed through the mock's kernel.
struct WakeTests {
  @Test
  func `copies of a waker are equal, and two wakers with the same token are not equal`() throws {
    let poll = try Poll<MockSelector>()
    let one = try poll.registry.makeWaker(token: 1)
    let other = try poll.registry.makeWaker(token: 1)
    let copy = one
    #expect(copy == one)
    #expect(copy.hashValue == one.hashValue)
    #expect(one != other)
    #expect(Set([one, copy, other]).count == 2)
  }

  private func count(_ call: MockCall, _ queue: MockQueue) -> Int {
    queue.calls.filter { $0 == call }.count
  }

  @Test
  func `a wake of a poll that does not wait makes no system call`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    #expect(try poll.events(within: .zero).isEmpty)
    for _ in 0..<10 { try waker.wake() }
    #expect(count(.signal, queue) == 0)
    #expect(try poll.events(within: .seconds(60)).map(\.token) == [1])
  }

  @Test
  func `a poll does not wait while a wake is pending`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    #expect(try poll.events(within: .zero).isEmpty)
    try waker.wake()
    let before = poll.now
    #expect(try poll.events(within: .seconds(60)).count == 1)
    #expect(poll.now == before)
    #expect(queue.calls.last == .wait(capacity: 64, .none))
  }

  @Test
  func `a wake whose signal fails throws, and can be repeated`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    let other = try poll.registry.makeWaker(token: 2)
    // No poll has announced yet that it does not wait, so a wake sends a signal.
    queue.fail(.wake, with: .outOfMemory, times: 2)
    #expect(throws: IOError(.outOfMemory, operation: .wake)) { try waker.wake() }
    #expect(throws: IOError(.outOfMemory, operation: .wake)) { try waker.wake() }
    try waker.wake()
    #expect(count(.signal, queue) == 3)
    try other.wake()
    #expect(try poll.events(within: .zero).map(\.token) == [1, 2])
    #expect(try poll.events(within: .zero).isEmpty)
    try waker.wake()
    #expect(try poll.events(within: .zero).map(\.token) == [1])
  }

  @Test
  func `a wake whose signal failed is still delivered by the next poll`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    queue.fail(.wake, with: .outOfMemory)
    #expect(throws: IOError.self) { try waker.wake() }
    #expect(try poll.events(within: .seconds(60)).map(\.token) == [1])
  }

  @Test
  func `a poll that throws loses no wake`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    try waker.wake()
    queue.fail(.poll, with: .badDescriptor)
    #expect(throws: IOError(.badDescriptor, operation: .poll)) { try poll.events() }
    #expect(try poll.events(within: .seconds(60)).map(\.token) == [1])
  }

  @Test
  func `after a poll has failed, wakers do not treat the poller as asleep`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    #expect(try poll.events(within: .zero).isEmpty)
    queue.fail(.poll, with: .badDescriptor)
    #expect(throws: IOError(.badDescriptor, operation: .poll)) { try poll.events() }
    try waker.wake()
    #expect(count(.signal, queue) == 0)
    #expect(try poll.events(within: .seconds(60)).map(\.token) == [1])
  }

  @Test
  func `a pending wake is released with its poll`() throws {
    weak var pending: WakeNode?
    weak var carriedOver: WakeNode?
    do {
      var poll = Poll(MockSelector())
      var events = try Events<MockSelector>(capacity: 1)
      let first = try poll.registry.makeWaker(token: 1)
      let second = try poll.registry.makeWaker(token: 2)
      try first.wake()
      try second.wake()
      try poll.poll(into: &events, timeout: .zero)
      try first.wake()
      pending = first.node
      carriedOver = second.node
      #expect(pending != nil && carriedOver != nil)
    }
    #expect(pending == nil && carriedOver == nil)
  }

  @Test
  func `a waker that cannot be created leaves no resource behind`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    queue.fail(.createWaker, with: .tooManyOpenFiles)
    expectTooManyOpenFiles { () throws(IOError) in _ = try poll.registry.makeWaker(token: 1) }
    let waker = try poll.registry.makeWaker(token: 2)
    try waker.wake()
    #expect(try poll.events().map(\.token) == [2])
  }

  private func expectTooManyOpenFiles(_ body: () throws(IOError) -> Void) {
    #expect(throws: IOError(.tooManyOpenFiles, operation: .createWaker)) { try body() }
  }

  @Test
  func `wakes are reported in the order in which they were made`() throws {
    var poll = Poll(MockSelector())
    let wakers = try (0..<5).map { try poll.registry.makeWaker(token: Token($0)) }
    for index in [3, 0, 4, 1, 2] { try wakers[index].wake() }
    #expect(try poll.events().map(\.token) == [3, 0, 4, 1, 2])
  }

  @Test
  func `a poll without wakers creates no kernel object for wakes`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    _ = try poll.events(within: .zero)
    #expect(count(.prepareWaking, queue) == 0)
  }
}
