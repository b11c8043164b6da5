import CMioErrors
import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// The behaviour of the backend when the system refuses a call, for every call.
@Suite(.takingTurns)
struct AFDFaultTests {
  static let refusals = AFDRefusalTests.refusals

  // MARK: Creating

  @Test(arguments: [C_MIO_ENOMEM, C_MIO_EMFILE].map(Int32.init))
  func `creating a selector throws the error of the system, and closes nothing`(_ code: Int32) {
    let calls = ScriptedAFD()
    calls.fail(.createPort, with: code)
    #expect(throws: IOError(code: code, operation: .createSelector)) {
      _ = try AFDBackend(calls: calls)
    }
    #expect(calls.count(.close) == 0)
    #expect(calls.remains == [])
  }

  // MARK: Registering

  @Test(
    arguments: [ScriptedAFD.Name.openHelper, .handle, .makeRequest],
    [C_MIO_ENOMEM, C_MIO_EMFILE].map(Int32.init))
  func `a registration that fails can be repeated`(
    _ call: ScriptedAFD.Name, _ code: Int32
  ) throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    for _ in 0..<2 {
      // After a refused query, the backend queries the handle below in three ways.
      scripted.calls.fail(call, with: code, code, code, code)
      let error = expectError(call == .makeRequest ? .outOfMemory : IOError.Kind(code: code)) {
        () throws(IOError) in
        try scripted.poll.registry.register(source, token: 7, interest: .writable)
      }
      #expect(error?.operation == .register)
      #expect(error?.code == (call == .makeRequest ? 0 : code))
      #expect(!source.withRegistration { _, state in state.isRegistered })
      scripted.calls.recover(call)
      #expect(try scripted.next() == [])
      #expect(scripted.calls.pollCount == 0)
    }
    try scripted.poll.registry.register(source, token: 7, interest: .writable)
    #expect(try scripted.next() == [Event(token: 7, readiness: .writable)])
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `if a second helper cannot be opened, only the next registration fails`() throws {
    var scripted = try AFDPoll(capacity: 64)
    let sources = (0..<33).map { _ in ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND)) }
    scripted.calls.fail(.openHelper, with: 0, Int32(C_MIO_EMFILE))
    for (number, source) in sources.enumerated() where number < 32 {
      try scripted.poll.registry.register(source, token: Token(UInt(number)), interest: .writable)
    }
    expectError(.tooManyOpenFiles) { () throws(IOError) in
      try scripted.poll.registry.register(sources[32], token: 32, interest: .writable)
    }
    #expect(try scripted.next().count == 32)
    // A released place can be used again.
    try scripted.poll.registry.deregister(sources[0])
    #expect(try scripted.next() == [])
    try scripted.poll.registry.register(sources[32], token: 32, interest: .writable)
    #expect(try scripted.next().map(\.token) == [32])
    #expect(scripted.calls.helperCount == 1)
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `a reregistration that the system refuses leaves the registration unchanged`() throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open())
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    #expect(try scripted.next() == [])
    scripted.calls.closeSocket(scripted.calls.open())
    scripted.calls.fail(.handle, with: Int32(C_MIO_ENOTSOCK))
    #expect(throws: IOError(code: Int32(C_MIO_ENOTSOCK), operation: .reregister)) {
      try scripted.poll.registry.reregister(source, token: 8, interest: .writable)
    }
    scripted.calls.set(source.handle, C_MIO_AFD_SEND | C_MIO_AFD_RECEIVE)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
  }

  // MARK: Results

  @Test(arguments: refusals)
  func `a poll that fails later is reported once, as an error of its socket`(_ status: Int32) throws
  {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open())
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    #expect(try scripted.next() == [])
    scripted.calls.kernel.withLock { $0.endAll(status) }
    #expect(try scripted.next() == [AFDRefusalTests.failure(1)])
    #expect(try scripted.next() == [])
  }

  static let noAnswers: [(Int32, UInt32)] = [
    (C_MIO_STATUS_CANCELLED, 1), (C_MIO_STATUS_TIMEOUT, 0), (C_MIO_STATUS_TIMEOUT, 1),
    (C_MIO_STATUS_SUCCESS, 0),
  ]

  @Test(arguments: noAnswers)
  func `a packet without a result causes no event, and the socket is polled again`(
    _ status: Int32, _ count: UInt32
  ) throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open())
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    #expect(try scripted.next() == [])
    // The events of the packet are the requested events.
    scripted.calls.kernel.withLock { $0.endAll(status, count: count) }
    #expect(try scripted.next() == [])
    scripted.calls.set(source.handle, C_MIO_AFD_RECEIVE)
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
  }

  // MARK: Cancelling and closing

  @Test(arguments: refusals + [C_MIO_STATUS_NOT_FOUND])
  func `if a poll cannot be cancelled, an event is delayed, but not lost`(_ status: Int32) throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open())
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    #expect(try scripted.next() == [])
    scripted.calls.fail(.cancel, with: status)
    try scripted.poll.registry.reregister(source, token: 2, interest: [.readable, .writable])
    #expect(try scripted.next() == [])
    scripted.calls.set(source.handle, C_MIO_AFD_SEND)
    #expect(try scripted.next() == [])
    scripted.calls.set(source.handle, C_MIO_AFD_SEND | C_MIO_AFD_RECEIVE)
    var found: Event.Readiness = []
    for _ in 0..<2 {
      for event in try scripted.next() where event.token == 2 { found.formUnion(event.readiness) }
    }
    #expect(found == [.readable, .writable])
    #expect(scripted.calls.violations == [])
  }

  @Test
  func `a handle whose close fails is not closed again`() throws {
    let calls = ScriptedAFD()
    calls.failAlways(.close, with: Int32(C_MIO_EBADF))
    do {
      let scripted = try AFDPoll(calls)
      let source = ScriptedSource(calls.open())
      try scripted.poll.registry.register(source, token: 1, interest: .readable)
    }
    #expect(calls.count(.close) == 2)
    #expect(calls.remains == [])
  }

  // MARK: Waiting

  @Test(arguments: [C_MIO_ENOMEM, C_MIO_EBADF, C_MIO_EINVAL].map(Int32.init))
  func `a wait that fails throws, and loses no event`(_ code: Int32) throws {
    var scripted = try AFDPoll()
    let source = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    let refused = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(source, token: 1, interest: .writable)
    try scripted.poll.registry.register(refused, token: 2, interest: .writable)
    scripted.calls.fail(.submit, with: 0, AFDRefusalTests.refusal)
    scripted.calls.fail(.wait, with: code)
    #expect(throws: IOError(code: code, operation: .poll)) {
      _ = try scripted.next(within: .seconds(1))
    }
    #expect(scripted.events.isEmpty)
    // No wait is in progress, so the next poll submits sources that are registered now.
    let submitted = scripted.calls.count(.submit)
    let late = ScriptedSource(scripted.calls.open(C_MIO_AFD_SEND))
    try scripted.poll.registry.register(late, token: 3, interest: .writable)
    #expect(scripted.calls.count(.submit) == submitted)
    #expect(
      try scripted.next() == [
        Event(token: 1, readiness: .writable), AFDRefusalTests.failure(2, .writable),
        Event(token: 3, readiness: .writable),
      ])
  }

  @Test
  func `events of a wait are not lost if its second query of the port fails`() throws {
    var scripted = try AFDPoll()
    let first = ScriptedSource(scripted.calls.open())
    let second = ScriptedSource(scripted.calls.open())
    for (token, source) in [(Token(1), first), (2, second)] {
      try scripted.poll.registry.register(source, token: token, interest: .readable)
    }
    #expect(try scripted.next() == [])
    scripted.calls.set(first.handle, C_MIO_AFD_RECEIVE)
    scripted.calls.set(second.handle, C_MIO_AFD_SEND)
    try scripted.poll.registry.reregister(second, token: 2, interest: [.readable, .writable])
    scripted.calls.fail(.wait, with: 0, Int32(C_MIO_ENOMEM))
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
    #expect(try scripted.next() == [Event(token: 2, readiness: .writable)])
  }

  @Test
  func `a wake that the port refuses can be repeated`() throws {
    var scripted = try AFDPoll()
    let waker = try scripted.poll.registry.makeWaker(token: 9)
    scripted.calls.fail(.post, with: Int32(C_MIO_ENOMEM))
    #expect(throws: IOError(code: Int32(C_MIO_ENOMEM), operation: .wake)) { try waker.wake() }
    try waker.wake()
    #expect(try scripted.next().map(\.token) == [9])
  }
}
