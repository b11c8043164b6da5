import CMioErrors
import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The polls that the system refuses, and the polls whose socket no longer exists.
@Suite(.takingTurns)
struct AFDRefusalTests {
  /// `STATUS_INSUFFICIENT_RESOURCES`, `STATUS_UNSUCCESSFUL`, `STATUS_OBJECT_TYPE_MISMATCH`,
  /// `STATUS_QUOTA_EXCEEDED`, `STATUS_DEVICE_NOT_READY`.
  static let refusals = [0xC000_009A, 0xC000_0001, 0xC000_0024, 0xC000_0044, 0xC000_00A3]
    .map { Int32(truncatingIfNeeded: $0) }
  static let refusal = refusals[0]

  /// The event of a refused poll: the caller must try the socket, and there is no error.
  static func failure(_ token: Token, _ readiness: Event.Readiness = .readable) -> Event {
    Event(token: token, readiness: readiness)
  }

  @Test(arguments: refusals)
  func `if the system refuses a poll, only its socket is reported, so that it is tried`(
    _ status: Int32
  ) throws {
    var scripted = try AFDPoll()
    let refused = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    let other = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(refused, token: 1, interest: [.readable, .writable])
    try scripted.poll.registry.register(other, token: 2, interest: .writable)
    scripted.calls.fail(.submit, with: status)
    #expect(
      try scripted.next() == [
        Self.failure(1, [.readable, .writable]), Event(token: 2, readiness: .writable),
      ])
    // The refusal was reported. There is nothing to do until an operation would block.
    #expect(try scripted.next() == [])
    refused.block(.readable)
    scripted.calls.set(refused.handle, C_MIO_AFD_RECEIVE)
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `a level-triggered socket that cannot be polled is reported until it can be polled`() throws
  {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_RECEIVE))
    try scripted.poll.registry.register(source, token: 1, interest: .readable, mode: .level)
    scripted.calls.fail(.submit, with: Self.refusal, Self.refusal, Self.refusal)
    for _ in 0..<3 { #expect(try scripted.next() == [Self.failure(1)]) }
    for _ in 0..<3 { #expect(try scripted.next() == [Event(token: 1, readiness: .readable)]) }
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `a one-shot socket that cannot be polled is reported once`() throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_RECEIVE))
    try scripted.poll.registry.register(source, token: 1, interest: .readable, mode: .oneShot)
    scripted.calls.fail(.submit, with: Self.refusal)
    #expect(try scripted.next() == [Self.failure(1)])
    source.block(.readable)
    #expect(try scripted.next() == [])
    try scripted.poll.registry.reregister(source, token: 2, interest: .readable, mode: .oneShot)
    #expect(try scripted.next() == [Event(token: 2, readiness: .readable)])
  }

  @Test
  func `refused polls that do not fit in the buffer are reported by the next polls, in order`()
    throws
  {
    var scripted = try AFDPoll(capacity: 3)
    let sources = (0..<10).map { _ in ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND)) }
    scripted.calls.failAlways(.submit, with: Self.refusal)
    for (number, source) in sources.enumerated() {
      try scripted.poll.registry.register(source, token: Token(UInt(number)), interest: .writable)
    }
    var told: [Event] = []
    for count in [3, 3, 3, 1, 0] {
      let events = try scripted.next()
      #expect(events.count == count)
      told += events
    }
    #expect(told == (0..<10).map { Self.failure(Token(UInt($0)), .writable) })
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `refused polls do not starve other sources at capacity one`() throws {
    var scripted = try AFDPoll(capacity: 1)
    let refused = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    let other = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(other, token: 2, interest: .writable, mode: .level)
    try scripted.poll.registry.register(refused, token: 1, interest: .writable, mode: .level)
    let handle = refused.handle
    var counts: [Token: Int] = [:]
    for _ in 0..<20 {
      // The refused poll is the second one of the first round, and the only one of each later
      // round.
      scripted.calls.recover(.submit)
      scripted.calls.kernel.withLock { kernel in
        kernel.refuses = { $0 == handle ? Self.refusal : nil }
      }
      for event in try scripted.next() { counts[event.token, default: 0] += 1 }
    }
    #expect(counts == [1: 10, 2: 10])
    withExtendedLifetime((refused, other)) {}
  }

  @Test
  func `a poll that is refused while the poller waits ends the wait`() throws {
    var scripted = try AFDPoll()
    let registry = try scripted.poll.registry.duplicate()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    let calls = scripted.calls
    let errors = Locked<[IOError]>([])
    calls.duringWait {
      calls.fail(.submit, with: Self.refusal)
      do throws(IOError) {
        try registry.register(source, token: 1, interest: .writable)
      } catch {
        errors.withLock { $0.append(error) }
      }
    }
    try scripted.poll.poll(into: &scripted.events)
    #expect(Array(scripted.events) == [Self.failure(1, .writable)])
    #expect(errors.withLock { $0 }.isEmpty)
  }

  @Test
  func `a refused poll is reported once, for the current registration`() throws {
    for change in 0..<3 {
      var scripted = try AFDPoll(capacity: 1)
      let first = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
      let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
      try scripted.poll.registry.register(first, token: 1, interest: .writable)
      try scripted.poll.registry.register(source, token: 2, interest: .writable, mode: .oneShot)
      scripted.calls.fail(.submit, with: 0, Self.refusal)
      #expect(try scripted.next() == [Event(token: 1, readiness: .writable)])
      // The event did not fit into the buffer, and now the registration has changed.
      switch change {
      case 0:
        try scripted.poll.registry.reregister(
          source, token: 3, interest: [.readable, .writable], mode: .oneShot)
        #expect(try scripted.next() == [Self.failure(3, [.readable, .writable])])
      case 1:
        try scripted.poll.registry.deregister(source)
      default:
        try scripted.poll.registry.deregister(source)
        try scripted.poll.registry.register(source, token: 3, interest: .writable, mode: .oneShot)
        #expect(try scripted.next() == [Event(token: 3, readiness: .writable)])
      }
      #expect(try scripted.next() == [])
      #expect(scripted.calls.violations == [])
    }
  }

  @Test
  func `a refused poll that cannot be reported is submitted again soon`() throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: .writable)
    scripted.calls.fail(.submit, with: Self.refusal, Self.refusal)
    scripted.calls.fail(.post, with: Int32(C_MIO_ENOMEM), 1)
    #expect(try scripted.next() == [])
    try scripted.poll.poll(into: &scripted.events)
    #expect(Array(scripted.events) == [Event(token: 1, readiness: .writable)])
    #expect(scripted.calls.kernel.withLock { $0.waits.map(\.milliseconds) } == [0, 10, .max])
  }

  @Test
  func `the selector itself refuses to change a source that is not registered`() throws {
    let scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open())
    func expectStranger() {
      source.withRegistration { descriptor, state in
        let error = expectError(.notRegistered) { () throws(IOError) in
          try scripted.poll.registry.selector.reregister(
            descriptor, state: state, token: 1, interest: .readable, mode: .edge)
        }
        #expect(error?.operation == .reregister)
        expectError(.notRegistered) { () throws(IOError) in
          try scripted.poll.registry.selector.deregister(descriptor, state: state)
        }
      }
    }
    expectStranger()
    scripted.calls.fail(.openHelper, with: Int32(C_MIO_ENOMEM))
    expectError(.outOfMemory) { () throws(IOError) in
      try scripted.poll.registry.register(source, token: 1, interest: .readable)
    }
    expectStranger()
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    try scripted.poll.registry.deregister(source)
    expectStranger()
    #expect(scripted.calls.pollCount == 0)
  }

  @Test
  func `a negative handle is refused without a query, and other handles by the system`() throws {
    let scripted = try AFDPoll()
    for (handle, code, asked) in [(-1, C_MIO_EBADF, 0), (0, C_MIO_ENOTSOCK, 1)] {
      let error = #expect(throws: IOError.self) {
        try scripted.poll.registry.register(ScriptedSource(handle), token: 1, interest: .readable)
      }
      #expect(error?.code == Int32(code))
      #expect(scripted.calls.count(.handle) == asked)
    }
  }

  @Test
  func `a socket that other code has closed causes no events, and is no longer registered`() throws
  {
    var scripted = try AFDPoll()
    let closed = ScriptedSource(scripted.calls.open())
    let watched = ScriptedSource(scripted.calls.open())
    try scripted.poll.registry.register(closed, token: 1, interest: .readable)
    try scripted.poll.registry.register(watched, token: 2, interest: .readable)
    scripted.calls.closeSocket(closed.handle)
    #expect(try scripted.next() == [])
    #expect(scripted.calls.pollCount == 1)
    scripted.calls.closeSocket(watched.handle)
    #expect(try scripted.next() == [])
    #expect(scripted.calls.pollCount == 0)
    for source in [closed, watched] {
      expectError(.notRegistered) { () throws(IOError) in
        try scripted.poll.registry.deregister(source)
      }
      #expect(!source.withRegistration { _, state in state.isRegistered })
    }
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `a new socket with a reused handle gets only its own events`() throws {
    var scripted = try AFDPoll()
    let handle = scripted.calls.open()
    let source = ScriptedSource(handle)
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    #expect(try scripted.next() == [])
    // The packet is in the port when the same handle value is registered for another socket.
    scripted.calls.closeSocket(handle)
    try scripted.poll.registry.deregister(source)
    #expect(scripted.calls.open(C_MIO_AFD_RECEIVE) == handle)
    try scripted.poll.registry.register(source, token: 2, interest: .readable)
    #expect(try scripted.next() == [Event(token: 2, readiness: .readable)])
    #expect(scripted.calls.violations == [])
  }
}
