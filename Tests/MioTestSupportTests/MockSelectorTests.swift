import MioCore
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

struct MockSelectorTests {
  @Test
  func `a mock selector records every call`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let source = MockSource()
    try poll.registry.register(source, token: 1, interest: .readable)
    try poll.registry.reregister(source, token: 2, interest: .writable, mode: .level)
    try poll.registry.deregister(source)
    _ = try poll.registry.duplicate()
    _ = try poll.events(within: .milliseconds(5))
    #expect(
      queue.calls == [
        .register(source.descriptor, 1, .readable, .edge),
        .reregister(source.descriptor, 2, .writable, .level),
        .deregister(source.descriptor), .duplicate,
        .wait(capacity: 64, WaitTime(nanoseconds: 5_000_000)),
      ])
    #expect(queue.registrationCount == 0)
  }

  @Test
  func `a mock source has the readiness that the test sets`() throws {
    var poll = Poll(MockSelector())
    let source = MockSource()
    try poll.registry.register(source, token: 1, interest: [.readable, .priority])
    #expect(try poll.events().isEmpty)
    source.readiness = [.readable, .writable]
    #expect(try poll.events() == [Event(token: 1, readiness: .readable)])
    #expect(try poll.events().isEmpty)
    let blocked: Int? = source.withIO(.readable) { _ in nil }
    #expect(blocked == nil)
    #expect(try poll.events() == [Event(token: 1, readiness: .readable)])
    source.readiness = .priority
    #expect(try poll.events() == [Event(token: 1, readiness: .priority)])
  }

  @Test
  func `waiting takes virtual time, and no real time`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let start = poll.now
    #expect(try poll.events(within: .seconds(86_400)).isEmpty)
    #expect(poll.now == start.advanced(by: .seconds(86_400)))
    queue.advance(by: .seconds(1))
    #expect(poll.now == start.advanced(by: .seconds(86_401)))
  }

  @Test
  func `scheduled actions run in order, at their virtual times`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let source = MockSource()
    try poll.registry.register(source, token: 1, interest: .readable)
    let start = poll.now
    let log = Locked<[Int]>([])
    queue.schedule(after: .seconds(20)) { log.withLock { $0.append(20) } }
    queue.schedule(after: .seconds(10)) { log.withLock { $0.append(10) } }
    queue.schedule(after: .seconds(30)) { queue.deliver(Event(token: 7, readiness: .readable)) }
    #expect(try poll.events(within: .seconds(15)).isEmpty)
    #expect(log.withLock { $0 } == [10])
    #expect(try poll.events(within: .seconds(60)).map(\.token) == [7])
    #expect(log.withLock { $0 } == [10, 20])
    #expect(poll.now == start.advanced(by: .seconds(30)))
  }

  @Test
  func `an operation fails as often as the test requests`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    let poll = Poll(selector)
    let source = MockSource()
    queue.fail(.register, with: .outOfMemory, code: 12, times: 2)
    for _ in 0..<2 {
      #expect(throws: IOError(.outOfMemory, operation: .register, code: 12)) {
        try poll.registry.register(source, token: 1, interest: .readable)
      }
    }
    try poll.registry.register(source, token: 1, interest: .readable)
    queue.fail(.reregister, with: .other)
    #expect(throws: IOError(.other, operation: .reregister)) {
      try poll.registry.reregister(source, token: 1, interest: .readable)
    }
    queue.fail(.deregister, with: .other)
    #expect(throws: IOError(.other, operation: .deregister)) {
      try poll.registry.deregister(source)
    }
    try poll.registry.deregister(source)
    queue.fail(.duplicate, with: .tooManyOpenFiles)
    #expect(throws: IOError(.tooManyOpenFiles, operation: .duplicate)) {
      _ = try poll.registry.duplicate()
    }
  }

  @Test
  func `only the next operation of a mock stream fails as the test requests`() throws {
    let pair = MockStream.pair()
    var bytes: [UInt8] = [1, 2, 3]
    pair.first.failNext(.writable, with: .brokenPipe, code: 32)
    pair.first.failNext(.readable, with: .connectionReset)
    let error = expectError(.brokenPipe) { () throws(IOError) in
      try pair.first.write(bytes.span)
    }
    #expect(error == IOError(.brokenPipe, operation: .write, code: 32))
    expectError(.connectionReset) { () throws(IOError) in
      var room = bytes.mutableSpan
      return try pair.first.read(into: &room)
    }
    #expect(try pair.first.write(bytes.span) == 3)
    var room = bytes.mutableSpan
    let nothing = try pair.first.read(into: &room)
    #expect(nothing == nil)
  }

  @Test
  func `a wait without a timeout ends when the patience of the queue has ended`() throws {
    let selector = MockSelector()
    selector.queue.patience = .milliseconds(10)
    var poll = Poll(selector)
    var events = try Events<MockSelector>(capacity: 1)
    #expect(throws: IOError(.timedOut, operation: .poll)) { try poll.poll(into: &events) }
  }

  @Test(arguments: [Duration.zero, .seconds(-5), .seconds(Int64.min)])
  func `a queue without patience does not wait for other threads`(_ patience: Duration) throws {
    let selector = MockSelector()
    selector.queue.patience = patience
    var poll = Poll(selector)
    var events = try Events<MockSelector>(capacity: 1)
    #expect(throws: IOError(.timedOut, operation: .poll)) { try poll.poll(into: &events) }
  }

  @Test(arguments: [Duration.seconds(Int64.max), .seconds(1 << 40)])
  func `a queue with endless patience waits for a wake`(_ patience: Duration) throws {
    let selector = MockSelector()
    let queue = selector.queue
    queue.patience = patience
    var poll = Poll(selector)
    let waker = try poll.registry.makeWaker(token: 1)
    let worker = Worker {
      while !queue.isWaiting {}
      try waker.wake()
    }
    var events = try Events<MockSelector>(capacity: 1)
    try poll.poll(into: &events)
    #expect(events.map(\.token) == [1])
    try worker.join()
  }

  @Test
  func `actions on other mocks do not extend the patience`() throws {
    let selector = MockSelector()
    selector.queue.patience = .milliseconds(50)
    var poll = Poll(selector)
    let isOver = Locked(false)
    let noise = Worker {
      let source = MockSource()
      while !isOver.withLock({ $0 }) { source.readiness = .readable }
    }
    var events = try Events<MockSelector>(capacity: 1)
    #expect(throws: IOError(.timedOut, operation: .poll)) { try poll.poll(into: &events) }
    isOver.withLock { $0 = true }
    try noise.join()
  }

  @Test(arguments: [0, -1, Int.min])
  func `a stream with a transfer limit of zero would block, and does not end`(_ limit: Int) throws {
    let pair = MockStream.pair()
    #expect(try pair.first.write([1].span) == 1)
    pair.second.transferLimit = limit
    let stated = pair.second.transferLimit
    #expect(stated == limit)
    pair.first.transferLimit = limit
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    let read = try pair.second.read(into: &room)
    let written = try pair.first.write([2].span)
    #expect(read == nil && written == nil)
    pair.second.transferLimit = nil
    #expect(try pair.second.read(into: &room) == 1)
  }

  @Test
  func `an edge that a program has not drained is listed`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    let pair = MockStream.pair()
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    _ = try pair.second.write([1, 2, 3].span)
    #expect(queue.undrainedTokens.isEmpty)
    _ = try poll.events()
    #expect(queue.undrainedTokens == [1])
    var bytes: [UInt8] = [0, 0, 0, 0]
    var room = bytes.mutableSpan
    #expect(try pair.first.read(into: &room) == 3)
    #expect(try pair.first.read(into: &room) == nil)
    #expect(queue.undrainedTokens.isEmpty)
  }

  @Test
  func `real selectors refuse mock sources, and the mock selector refuses real sources`() throws {
    let source = MockSource()
    let system = try Poll<SystemSelector>()
    expectError(.badDescriptor) { () throws(IOError) in
      try system.registry.register(source, token: 1, interest: .readable)
    }
    let mock = Poll(MockSelector())
    let input = BorrowedDescriptor(Descriptor(0))
    expectError(.badDescriptor) { () throws(IOError) in
      try mock.registry.register(input, token: 1, interest: .readable)
    }
  }

  @Test
  func `a destroyed source is no longer registered`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var poll = Poll(selector)
    do {
      let source = MockSource()
      source.readiness = .readable
      try poll.registry.register(source, token: 1, interest: .readable)
      #expect(queue.registrationCount == 1)
    }
    #expect(queue.registrationCount == 0)
    #expect(try poll.events().isEmpty)
  }

  @Test
  func `a reset ends both ends of a stream, and only the peer receives the error`() throws {
    var poll = try Poll<MockSelector>()
    var events = try Events<MockSelector>(capacity: 4)
    let pair = MockStream.pair()
    try poll.registry.register(pair.first, token: 1, interest: [.readable, .writable])
    _ = try pair.second.write([1, 2, 3])
    try poll.poll(into: &events)
    pair.first.reset()
    try poll.poll(into: &events, timeout: .zero)
    #expect(events.contains { $0.isReadClosed && $0.isWriteClosed && !$0.isError })
    #expect(poll.registry.selector.queue.undrainedTokens.isEmpty)
    #expect(try pair.first.receive() == [])
    #expect(throws: IOError(.brokenPipe, operation: .write)) { try pair.first.write([1]) }
    #expect(throws: IOError(.connectionReset, operation: .read)) { try pair.second.receive() }
    #expect(try pair.second.receive() == [])
  }
}
