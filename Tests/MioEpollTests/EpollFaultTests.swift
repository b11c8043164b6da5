import Glibc
import MioCore
import MioEpoll
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The behaviour of the selector when the kernel refuses a call.
@Suite(.guardingDescriptors)
struct EpollFaultTests {
  typealias FaultySelector = EpollBackend<ScriptedEpollCalls>

  @Test(arguments: [EMFILE, ENFILE, ENOMEM])
  func `creating a selector throws the error of the system, and leaves nothing open`(_ code: Int32)
  {
    let calls = ScriptedEpollCalls()
    calls.fail(.createQueue, with: code)
    #expect(throws: IOError(code: code, operation: .createSelector)) {
      _ = try FaultySelector(calls: calls)
    }
    #expect(calls.openDescriptors.isEmpty)
  }

  @Test
  func `creating a poll throws if no descriptor is left`() {
    withDescriptorsLeft(0) {
      expectError(.tooManyOpenFiles) { () throws(IOError) in try Poll<EpollSelector>() }
    }
  }

  @Test
  func `a registry can be duplicated if no descriptor is left`() throws {
    let poll = try Poll<EpollSelector>()
    try withDescriptorsLeft(0) { _ = try poll.registry.duplicate() }
  }

  @Test(arguments: [ENOMEM, ENOSPC, EPERM, EINVAL, ELOOP, EBADF])
  func `a registration that the kernel refuses can be repeated`(_ code: Int32) throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let pair = try Loopback.pair()
    calls.fail(.control, with: code, code)
    for _ in 0..<2 {
      #expect(throws: IOError(code: code, operation: .register)) {
        try poll.registry.register(pair.first, token: 1, interest: .writable)
      }
    }
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    #expect(try poll.events().map(\.token) == [1])
  }

  @Test(arguments: [ENOMEM, EBADF])
  func `a reregistration that the kernel refuses leaves the registration unchanged`(
    _ code: Int32
  ) throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    calls.fail(.control, with: code)
    #expect(throws: IOError(code: code, operation: .reregister)) {
      try poll.registry.reregister(pair.first, token: 2, interest: .writable)
    }
    #expect(try poll.events().map(\.token) == [1])
    try poll.registry.deregister(pair.first)
  }

  @Test
  func `a deregistration that fails can be repeated`() throws {
    let calls = ScriptedEpollCalls()
    let poll = Poll(try FaultySelector(calls: calls))
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    calls.fail(.control, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .deregister)) {
      try poll.registry.deregister(pair.first)
    }
    try poll.registry.deregister(pair.first)
  }

  @Test
  func `a source that the kernel no longer knows counts as deregistered`() throws {
    let calls = ScriptedEpollCalls()
    let poll = Poll(try FaultySelector(calls: calls))
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    calls.fail(.control, with: ENOENT)
    let error = expectError(.notRegistered) { () throws(IOError) in
      try poll.registry.deregister(pair.first)
    }
    #expect(error?.code == ENOENT)
    #expect(pair.first.withRegistration { _, state in state.isRegistered } == false)
  }

  @Test
  func `a signal during the wait does not end the poll`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    calls.fail(.wait, with: EINTR)
    calls.fail(.waitPrecisely, with: EINTR, EINTR)
    let deadline = poll.now.advanced(by: .milliseconds(20))
    #expect(try poll.events(within: .milliseconds(20)).isEmpty)
    #expect(poll.now >= deadline)
    #expect(calls.count(.wait) + calls.count(.waitPrecisely) >= 3)
  }

  @Test
  func `a signal ends a zero timeout without events`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    calls.fail(.wait, with: EINTR)
    #expect(try poll.events(within: .zero).isEmpty)
    #expect(calls.count(.wait) == 1)
  }

  @Test(arguments: [EBADF, EINVAL, EPERM])
  func `if the system call that waits fails, the poll throws its error code`(_ code: Int32) throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    calls.fail(.wait, with: code)
    #expect(throws: IOError(code: code, operation: .poll)) { try poll.events(within: .zero) }
  }

  @Test(arguments: [ENOMEM, EPERM])
  func `a failed registration with the notifier's own token throws, and can be repeated`(
    _ code: Int32
  ) throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let pair = try Loopback.pair()
    let tag = Token(UInt(bitPattern: ObjectIdentifier(poll.registry.selector.wakeNotifier)))
    calls.fail(.control, with: code)
    #expect(throws: IOError(code: code, operation: .register)) {
      try poll.registry.register(pair.first, token: tag, interest: .writable)
    }
    try poll.registry.register(pair.first, token: tag, interest: .writable)
    #expect(try poll.events().map(\.token) == [tag])
  }

  @Test(arguments: [Interest.aio, .lio, [.readable, .aio]])
  func `an interest in asynchronous I/O is refused, and changes no registration`(
    _ interest: Interest
  ) throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let pair = try Loopback.pair()
    #expect(throws: IOError(.unsupported, operation: .register)) {
      try poll.registry.register(pair.first, token: 1, interest: interest)
    }
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    #expect(throws: IOError(.unsupported, operation: .reregister)) {
      try poll.registry.reregister(pair.first, token: 2, interest: interest)
    }
    #expect(try poll.events().map(\.token) == [1])
  }

  @Test
  func `a waker that cannot be created leaves no descriptor open`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let before = calls.openDescriptors
    calls.fail(.createCounter, with: EMFILE)
    #expect(throws: IOError(code: EMFILE, operation: .createWaker)) {
      _ = try poll.registry.makeWaker(token: 1)
    }
    calls.fail(.control, with: ENOSPC)
    #expect(throws: IOError(code: ENOSPC, operation: .createWaker)) {
      _ = try poll.registry.makeWaker(token: 1)
    }
    #expect(calls.openDescriptors == before)
    let waker = try poll.registry.makeWaker(token: 1)
    try waker.wake()
    #expect(try poll.events().map(\.token) == [1])
  }

  @Test
  func `a wake resets a full counter, and is delivered`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let waker = try poll.registry.makeWaker(token: 1)
    calls.fail(.add, with: EAGAIN, EINTR)
    try waker.wake()
    #expect(calls.count(.reset) == 1)
    #expect(calls.count(.add) == 3)
    #expect(try poll.events(within: .seconds(5)).map(\.token) == [1])
  }

  @Test
  func `a wake that the kernel refuses can be repeated`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let waker = try poll.registry.makeWaker(token: 1)
    calls.fail(.add, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .wake)) { try waker.wake() }
    try waker.wake()
    #expect(try poll.events(within: .seconds(5)).map(\.token) == [1])
    #expect(try poll.events().isEmpty)
  }

  @Test
  func `a wake does not rely on the signal of another wake, which may still fail`() throws {
    let calls = ScriptedEpollCalls()
    var poll = Poll(try FaultySelector(calls: calls))
    let first = try poll.registry.makeWaker(token: 1)
    let second = try poll.registry.makeWaker(token: 2)
    #expect(try poll.events(within: .zero).isEmpty)
    let answers = Locked<[IOError.Kind?]>([])
    // The poller sleeps. The second waker wakes it while the signal of the first waker fails.
    calls.fail(.add, with: ENOMEM)
    calls.before(.wait) {
      calls.before(.add) { answers.keepError { () throws(IOError) in try second.wake() } }
      answers.keepError { () throws(IOError) in try first.wake() }
    }
    #expect(try Set(poll.events(within: .seconds(20)).map(\.token)) == [1, 2])
    #expect(calls.count(.add) == 2)
    #expect(answers.withLock { $0 } == [nil, .outOfMemory])
  }

  @Test
  func `every descriptor is closed exactly once`() throws {
    let calls = ScriptedEpollCalls()
    do {
      let poll = Poll(try FaultySelector(calls: calls))
      let registry = try poll.registry.duplicate()
      let waker = try registry.makeWaker(token: 1)
      try waker.wake()
      #expect(calls.openDescriptors.count == 2)
    }
    #expect(calls.openDescriptors.isEmpty)
    #expect(calls.count(.close) == 2)
  }

  @Test
  func `a poll without wakers closes only its epoll descriptor`() throws {
    let calls = ScriptedEpollCalls()
    do { _ = Poll(try FaultySelector(calls: calls)) }
    #expect(calls.openDescriptors.isEmpty)
    #expect(calls.count(.close) == 1)
  }
}
