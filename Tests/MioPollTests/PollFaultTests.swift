import CLibrary
import CMioPoll
import MioCore
import MioPoll
import TestHelpers
import Testing

/// The behaviour of the selector when the kernel refuses a call.
@Suite(.guardingDescriptors)
struct PollFaultTests {
  typealias FaultySelector = PollBackend<ScriptedPollCalls>

  let calls = ScriptedPollCalls()
  let source = SharedSource(100)

  @Test(arguments: [EMFILE, ENFILE, ENOMEM])
  func `creating a selector throws the error of the system, and leaves nothing open`(_ code: Int32)
  {
    calls.fail(.createNotifier, with: code)
    #expect(throws: IOError(code: code, operation: .createSelector)) {
      _ = try FaultySelector(calls: calls)
    }
    #expect(calls.openDescriptors.isEmpty)
    #expect(calls.count(.close) == 0)
  }

  @Test(arguments: [EMFILE, ENFILE, ENOMEM])
  func `a selector whose witness cannot be created leaves nothing open`(_ code: Int32) {
    calls.fail(.createWitness, with: code)
    #expect(throws: IOError(code: code, operation: .createSelector)) {
      _ = try FaultySelector(calls: calls)
    }
    #expect(calls.openDescriptors.isEmpty)
    #expect(calls.count(.close) == 2)
  }

  @Test
  func `creating a poll throws if no descriptor is left`() {
    for room in 0..<2 {
      withDescriptorsLeft(room) {
        expectError(.tooManyOpenFiles) { () throws(IOError) in try Poll<PollSelector>() }
      }
    }
  }

  @Test
  func `duplicating a registry and creating a waker need no system call`() throws {
    let poll = Poll(try FaultySelector(calls: calls))
    let registry = try poll.registry.duplicate()
    _ = try registry.makeWaker(token: 1)
    #expect(calls.count(.createNotifier) == 1)
    #expect(calls.count(.notify) == 0)
  }

  @Test(arguments: [EBADF, ENOMEM, EOVERFLOW, EIO])
  func `a registration that the kernel refuses can be repeated`(_ code: Int32) throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.set(100, C_MIO_POLL_WRITABLE)
    calls.fail(.enlist, with: code, code)
    for _ in 0..<2 {
      #expect(throws: IOError(code: code, operation: .register)) {
        try poll.registry.register(source, token: 1, interest: .writable)
      }
      #expect(!source.withRegistration { _, state in state.isRegistered })
      #expect(try poll.events().isEmpty)
    }
    try poll.registry.register(source, token: 1, interest: .writable)
    #expect(try poll.events().map(\.token) == [1])
  }

  @Test(arguments: [Interest.aio, .lio, [.readable, .aio]])
  func `an interest in asynchronous I/O is refused, and changes no registration`(
    _ interest: Interest
  ) throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(throws: IOError(.unsupported, operation: .register)) {
      try poll.registry.register(source, token: 1, interest: interest)
    }
    try poll.registry.register(source, token: 1, interest: .readable)
    #expect(throws: IOError(.unsupported, operation: .reregister)) {
      try poll.registry.reregister(source, token: 2, interest: interest)
    }
    #expect(try poll.events().map(\.token) == [1])
  }

  @Test(arguments: [EBADF, ENOMEM])
  func `a reregistration that the kernel refuses leaves the registration unchanged`(
    _ code: Int32
  ) throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.set(100, C_MIO_POLL_WRITABLE)
    try poll.registry.register(source, token: 1, interest: .writable)
    calls.fail(.recognize, with: code)
    #expect(throws: IOError(code: code, operation: .reregister)) {
      try poll.registry.reregister(source, token: 2, interest: .readable)
    }
    #expect(try poll.events() == [Event(token: 1, readiness: .writable)])
    try poll.registry.reregister(source, token: 3, interest: .writable)
    #expect(try poll.events().map(\.token) == [3])
  }

  @Test(arguments: [true, false])
  func `a descriptor whose number now belongs to another file is not registered`(
    _ isOnAnotherDevice: Bool
  ) throws {
    var poll = Poll(try FaultySelector(calls: calls))
    try poll.registry.register(source, token: 1, interest: .readable)
    if isOnAnotherDevice { calls.replaceDevice(100) } else { calls.replaceFile(100) }
    let error = expectError(.notRegistered) { () throws(IOError) in
      try poll.registry.reregister(source, token: 2, interest: .readable)
    }
    #expect(error?.code == ENOENT)

    // The owner of the new file can register it, and the old source has no effect on it.
    let owner = SharedSource(100)
    try poll.registry.register(owner, token: 3, interest: .readable)
    calls.set(100, C_MIO_POLL_READABLE)
    #expect(try poll.events().map(\.token) == [3])
    expectError(.notRegistered) { () throws(IOError) in try poll.registry.deregister(source) }
    try poll.registry.deregister(owner)
  }

  @Test
  func `a descriptor can be registered only once, even by another value`() throws {
    let poll = Poll(try FaultySelector(calls: calls))
    let twin = SharedSource(100)
    try poll.registry.register(source, token: 1, interest: .readable)
    let error = expectError(.alreadyRegistered) { () throws(IOError) in
      try poll.registry.register(twin, token: 2, interest: .readable)
    }
    #expect(error?.code == EEXIST)
    try poll.registry.deregister(source)
    try poll.registry.register(twin, token: 2, interest: .readable)
  }

  @Test(arguments: [ENOMEM, EINVAL, EFAULT, EAGAIN, EPERM])
  func `a poll that fails loses no event and no wake`(_ code: Int32) throws {
    var poll = Poll(try FaultySelector(calls: calls))
    let waker = try poll.registry.makeWaker(token: 2)
    calls.set(100, C_MIO_POLL_READABLE)
    try poll.registry.register(source, token: 1, interest: .readable)
    try waker.wake()
    calls.fail(.wait, with: code)
    #expect(throws: IOError(code: code, operation: .poll)) { try poll.events() }
    #expect(try poll.events().map(\.token).sorted() == [1, 2])
    #expect(try poll.events().isEmpty)
  }

  @Test
  func `a poll that fails removes the events of the earlier poll`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    var events = try Events<FaultySelector>(capacity: 4)
    calls.set(100, C_MIO_POLL_READABLE)
    try poll.registry.register(source, token: 1, interest: .readable)
    try poll.poll(into: &events, timeout: .zero)
    #expect(events.map(\.token) == [1])
    calls.fail(.wait, with: ENOMEM)
    expectError(.outOfMemory) { () throws(IOError) in
      try poll.poll(into: &events, timeout: .zero)
    }
    #expect(events.isEmpty)
  }

  @Test
  func `a wake that the kernel refuses can be repeated`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    let waker = try poll.registry.makeWaker(token: 1)
    calls.fail(.notify, with: EBADF)
    #expect(throws: IOError(code: EBADF, operation: .wake)) { try waker.wake() }
    try waker.wake()
    #expect(calls.count(.notify) == 2)
    #expect(try poll.events().map(\.token) == [1])
    #expect(try poll.events().isEmpty)
  }

  @Test
  func `a wake is delivered although the notifier cannot be read`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    let waker = try poll.registry.makeWaker(token: 1)
    calls.fail(.drain, with: EIO)
    try waker.wake()
    #expect(try poll.events().map(\.token) == [1])
    #expect(try poll.events().isEmpty)
    #expect(calls.count(.drain) == 2)
  }

  @Test
  func `a registration during a wait succeeds although the poller cannot be notified`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    let registry = try poll.registry.duplicate()
    let failures = Locked<[IOError]>([])
    let added = SharedSource(101)
    calls.set(101, C_MIO_POLL_WRITABLE)
    calls.fail(.notify, with: EBADF)
    calls.duringWait {
      failures.collect { () throws(IOError) in
        try registry.register(added, token: 2, interest: .writable)
      }
    }
    #expect(try poll.events().isEmpty)
    #expect(try poll.events().map(\.token) == [2])
    #expect(failures.withLock { $0 }.isEmpty)
    #expect(calls.count(.notify) == 1)
  }

  @Test
  func `a poll whose notifier was closed by other code throws badDescriptor`() throws {
    var poll = Poll(try FaultySelector(calls: calls))
    calls.set(ScriptedPollCalls.notifier.reading, C_MIO_POLL_INVALID)
    #expect(throws: IOError(code: EBADF, operation: .poll)) {
      var events = try Events<FaultySelector>(capacity: 1)
      try poll.poll(into: &events)
    }
    #expect(calls.count(.wait) == 1)
  }

  @Test
  func `every descriptor is closed exactly once`() throws {
    do {
      let poll = Poll(try FaultySelector(calls: calls))
      let registry = try poll.registry.duplicate()
      let waker = try registry.makeWaker(token: 1)
      try waker.wake()
      try poll.registry.register(source, token: 1, interest: .readable)
      #expect(calls.openDescriptors.count == 2)
    }
    #expect(calls.openDescriptors.isEmpty)
    #expect(calls.count(.close) == 2)
  }

  @Test
  func `a notifier that has only one descriptor is closed once`() throws {
    calls.state.withLock { $0.hasOneEnd = true }
    do { _ = Poll(try FaultySelector(calls: calls)) }
    #expect(calls.openDescriptors.isEmpty)
    #expect(calls.count(.close) == 1)
  }
}
