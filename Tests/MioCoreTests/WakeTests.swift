@testable import MioCore
import MioTestSupport
import Synchronization
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
  func `wakes that did not fit into the event buffer are reported before later wakes`() throws {
    var poll = Poll(MockSelector())
    var events = try Events<MockSelector>(capacity: 1)
    let wakers = try (0..<3).map { try poll.registry.makeWaker(token: Token($0)) }
    for waker in wakers { try waker.wake() }
    var tokens: [Token] = []
    for _ in 0..<5 {
      try poll.poll(into: &events, timeout: .zero)
      tokens += events.map(\.token)
      if tokens == [0] { try wakers[0].wake() }
    }
    #expect(tokens == [0, 1, 2, 0])
  }

  @Test
  func `while a signal to the poller is pending, further wakes send no signal`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let wakers = try (0..<3).map { try poll.registry.makeWaker(token: Token($0)) }
    // No poll has announced yet that it does not wait, so a wake sends a signal.
    for waker in wakers { try waker.wake() }
    #expect(count(.signal, queue) == 1)
    #expect(try poll.events().map(\.token) == [0, 1, 2])
    #expect(try poll.events(within: .zero).isEmpty)
  }

  @Test
  func `a poll that has nothing to report waits only once`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    _ = try poll.registry.makeWaker(token: 1)
    #expect(try poll.events(within: .zero).isEmpty)
    #expect(queue.calls.last == .wait(capacity: 64, .none))
    #expect(queue.calls.count { if case .wait = $0 { true } else { false } } == 1)
  }

  @Test
  func `wakes that do not fit are signaled again only if other code watches the descriptor`() throws
  {
    for isExposed in [false, true] {
      let selector = MockSelector()
      let queue = selector.queue
      var poll = Poll(selector)
      var events = try Events<MockSelector>(capacity: 1)
      let wakers = try (0..<2).map { try poll.registry.makeWaker(token: Token($0)) }
      #expect(try poll.events(within: .zero).isEmpty)
      if isExposed { poll.registry.selector.wakeNotifier.signalEveryWake(carriedOver: false) }
      for waker in wakers { try waker.wake() }
      let before = count(.signal, queue)
      #expect(before == (isExposed ? 2 : 0))
      try poll.poll(into: &events, timeout: .zero)
      #expect(count(.signal, queue) - before == (isExposed ? 1 : 0))
      try poll.poll(into: &events, timeout: .zero)
      #expect(count(.signal, queue) - before == (isExposed ? 1 : 0))
    }
  }

  @Test
  func `pending wakes are signaled once when other code begins to watch the descriptor`() throws {
    for isCarriedOver in [false, true] {
      for isPending in [false, true] {
        let selector = MockSelector()
        let queue = selector.queue
        var poll = Poll(selector)
        let waker = try poll.registry.makeWaker(token: 1)
        #expect(try poll.events(within: .zero).isEmpty)
        if isPending { try waker.wake() }
        let notifier = poll.registry.selector.wakeNotifier
        for _ in 0..<2 { notifier.signalEveryWake(carriedOver: isCarriedOver) }
        #expect(count(.signal, queue) == (isCarriedOver || isPending ? 1 : 0))
        _ = try poll.events(within: .zero)
        // While a wake is pending, further wakes send no signal.
        let before = count(.signal, queue)
        for _ in 0..<3 { try waker.wake() }
        #expect(count(.signal, queue) == before + 1)
      }
    }
  }

  @Test
  func `a poll looks for wakes only if it has a waker or a duplicate of its registry`() throws {
    func looksForWakes(_ poll: borrowing Poll<MockSelector>) -> Bool {
      poll.registry.selector.wakeNotifier.isActive.load(ordering: .relaxed)
    }
    let alone = try Poll<MockSelector>()
    let withWaker = try Poll<MockSelector>()
    _ = try withWaker.registry.makeWaker(token: 1)
    let withDuplicate = try Poll<MockSelector>()
    _ = try withDuplicate.registry.duplicate()
    let results = (looksForWakes(alone), looksForWakes(withWaker), looksForWakes(withDuplicate))
    #expect(results == (false, true, true))
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
