import CMioErrors
import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The duration of a poll, and the packets that it takes.
@Suite(.takingTurns)
struct AFDWaitingTests {
  @Test
  func `after packets without events, a poll waits for the remaining time`() throws {
    var scripted = try AFDPoll()
    let calls = scripted.calls
    for _ in 0..<5 {
      calls.duringWait {
        calls.kernel.withLock { kernel in
          kernel.clock += 3_000_000
          kernel.postToAll()
        }
      }
    }
    let start = calls.now()
    #expect(try scripted.next(within: .milliseconds(20)) == [])
    #expect(calls.now() - start == 20_000_000)
    #expect(calls.kernel.withLock { $0.waits.map(\.milliseconds) } == [20, 17, 14, 11, 8, 5])
  }

  @Test
  func `a poll without a timeout waits until there is an event`() throws {
    var scripted = try AFDPoll()
    let calls = scripted.calls
    let source = ScriptedSource(calls.open())
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    for _ in 0..<5 { calls.duringWait { calls.kernel.withLock { $0.postToAll() } } }
    calls.duringWait { calls.set(source.handle, C_MIO_AFD_RECEIVE) }
    try scripted.poll.poll(into: &scripted.events)
    #expect(scripted.events.map(\.token) == [1])
    #expect(calls.count(.wait) == 6)
  }

  @Test(arguments: [1, 2])
  func `a ready source is found after packets without events`(_ capacity: Int) throws {
    var scripted = try AFDPoll(capacity: capacity)
    for _ in 0..<4 { scripted.calls.kernel.withLock { $0.postToAll() } }
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: .writable)
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test
  func `a port without more packets is not queried again`() throws {
    var scripted = try AFDPoll()
    let waker = try scripted.poll.registry.makeWaker(token: 9)
    try waker.wake()
    #expect(try scripted.next().map(\.token) == [9])
    #expect(scripted.calls.count(.wait) == 1)
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: .writable)
    #expect(try scripted.next().map(\.token) == [1])
    #expect(scripted.calls.count(.wait) == 2)
  }

  @Test(arguments: [TriggerMode.edge, .level, .oneShot])
  func `a source that is registered again is reported by the next poll if it is ready`(
    _ mode: TriggerMode
  ) throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    #expect(try scripted.next() == [])
    try scripted.poll.registry.reregister(
      source, token: 2, interest: [.readable, .writable], mode: mode)
    #expect(try scripted.next() == [Event(token: 2, readiness: .writable)])
    try scripted.poll.registry.deregister(source)
    try scripted.poll.registry.register(source, token: 3, interest: .writable, mode: mode)
    #expect(try scripted.next() == [Event(token: 3, readiness: .writable)])
    // A poll in progress may find an event that is no longer requested.
    try scripted.poll.registry.reregister(source, token: 4, interest: [.readable, .priority])
    #expect(try scripted.next() == [])
    try scripted.poll.registry.reregister(source, token: 5, interest: .readable)
    scripted.calls.set(source.handle, C_MIO_AFD_RECEIVE_EXPEDITED)
    scripted.calls.set(source.handle, C_MIO_AFD_RECEIVE)
    #expect(try scripted.next() == [Event(token: 5, readiness: .readable)])
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `only the direction that would block is polled again`() throws {
    var scripted = try AFDPoll()
    let calls = scripted.calls
    let source = ScriptedSource(calls.open(C_MIO_AFD_SEND | C_MIO_AFD_RECEIVE))
    let ends = C_MIO_AFD_ABORT | C_MIO_AFD_CONNECT_FAIL | C_MIO_AFD_LOCAL_CLOSE
    try scripted.poll.registry.register(source, token: 1, interest: [.readable, .writable])
    #expect(try scripted.next() == [Event(token: 1, readiness: [.readable, .writable])])
    #expect(try scripted.next() == [])
    #expect(calls.asked(source.handle) == [ends | C_MIO_AFD_ACCEPT | C_MIO_AFD_DISCONNECT])
    calls.set(source.handle, C_MIO_AFD_SEND)
    source.block(.readable)
    #expect(try scripted.next() == [])
    let reading = C_MIO_AFD_RECEIVE | C_MIO_AFD_ACCEPT | C_MIO_AFD_DISCONNECT
    #expect(calls.asked(source.handle) == [ends | reading])
    calls.set(source.handle, 0)
    source.block(.writable)
    #expect(try scripted.next() == [])
    #expect(calls.asked(source.handle) == [ends | reading | C_MIO_AFD_SEND])
    #expect(calls.violations == [])
  }

  @Test
  func `reads that would block cause no writable events and no polls`() throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: [.readable, .writable])
    #expect(try scripted.next() == [Event(token: 1, readiness: .writable)])
    for _ in 0..<100 {
      source.block(.readable)
      #expect(try scripted.next() == [])
    }
    #expect(scripted.calls.count(.submit) == 2)
    #expect(scripted.calls.count(.cancel) == 0)
  }

  @Test
  func `a level-triggered source needs one poll for each event, and none without events`() throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_RECEIVE))
    try scripted.poll.registry.register(source, token: 1, interest: .readable, mode: .level)
    for _ in 0..<10 { #expect(try scripted.next().count == 1) }
    scripted.calls.set(source.handle, 0)
    for _ in 0..<10 { _ = try scripted.next() }
    #expect(scripted.calls.count(.submit) == 11)
  }

  @Test
  func `wakes share one packet until they are delivered`() throws {
    var scripted = try AFDPoll()
    let wakers = [
      try scripted.poll.registry.makeWaker(token: 1),
      try scripted.poll.registry.makeWaker(token: 2),
    ]
    for _ in 0..<10 {
      for _ in 0..<100 { for waker in wakers { try waker.wake() } }
      #expect(try scripted.next().map(\.token).sorted() == [1, 2])
    }
    #expect(scripted.calls.count(.post) <= 10)
  }

  @Test
  func `every wait uses the same buffer for packets`() throws {
    var scripted = try AFDPoll(capacity: 64)
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: .writable, mode: .level)
    for _ in 0..<100 { #expect(try scripted.next().count == 1) }
    #expect(Set(scripted.calls.kernel.withLock { $0.waits.map(\.place) }).count == 1)
    #expect(scripted.calls.violations == [])
  }

  static let times: [(Duration, UInt32)] = [
    (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.nanoseconds(2_500_001), 3),
    (.seconds(3), 3000), (.seconds(3_000), 3_000_000), (.seconds(5_000_000), .max - 1),
  ]

  @Test(arguments: [Duration.milliseconds(1), .seconds(1)])
  func `a poll reports a socket that is registered while the poll waits`(_ timeout: Duration) throws
  {
    var scripted = try AFDPoll()
    let registry = try scripted.poll.registry.duplicate()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    scripted.calls.duringWait {
      try? registry.register(source, token: 1, interest: .writable)
    }
    #expect(try scripted.next(within: timeout).map(\.token) == [1])
  }

  @Test(arguments: times)
  func `timeouts are rounded up to whole milliseconds`(
    _ timeout: Duration, _ expected: UInt32
  ) throws {
    var scripted = try AFDPoll()
    #expect(try scripted.next(within: timeout) == [])
    #expect(scripted.calls.kernel.withLock { $0.waits.first?.milliseconds } == expected)
  }
}
