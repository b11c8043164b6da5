import CMioKqueue
import CLibrary
import MioCore
@testable import MioKqueue
import TestHelpers
import Testing

/// The objects that only a kqueue can watch.
struct KqueueFilterTests {
  @Test
  func `filters are sent to the kernel as the manual describes them`() throws {
    let scripted = try ScriptedPoll()
    let registry = try scripted.poll.registry.duplicate()
    try registry.register(.processExit(12), token: 1)
    try registry.register(.signal(SIGHUP), token: 2)
    try registry.register(.fileChanges(Descriptor(5), [.write, .rename]), token: 3)
    try registry.register(.timer(9, every: .milliseconds(20)), token: 4, mode: .oneShot)
    try registry.register(.userEvent(77), token: 5, mode: .level)
    #expect(
      scripted.kernel.takeLists().map(\.first) == [
        "add clear proc 12 notes:2214592512 token:1",
        "delete signal 1", "add clear signal 1 token:2",
        "delete vnode 5 notes:34", "add clear vnode 5 notes:34 token:3",
        "delete timer 9 notes:8 data:20000000",
        "add oneshot timer 9 notes:8 data:20000000 token:4",
        "delete user 77", "add user 77 token:5",
      ])
    try registry.deregister(.signal(SIGHUP))
    #expect(scripted.kernel.takeLists() == [["delete signal 1"]])
    // The status is only asked for with the end of the process.
    try registry.register(.processChanges(12, .fork), token: 6)
    #expect(scripted.kernel.takeLists() == [["add clear proc 12 notes:1073741824 token:6"]])
  }

  @Test
  func `the details of an event describe what has happened`() throws {
    var scripted = try ScriptedPoll()
    try scripted.poll.registry.register(.processExit(12), token: 1)
    try scripted.poll.registry.register(.fileChanges(Descriptor(5), [.write, .growth]), token: 2)
    try scripted.poll.registry.register(.signal(SIGHUP), token: 3)
    // FreeBSD reports the end of a process with this flag, which means something else there.
    scripted.kernel.happen(
      C_MIO_EVFILT_PROC, 12, flags: C_MIO_EV_EOF,
      notes: C_MIO_NOTE_EXIT | C_MIO_NOTE_EXITSTATUS, data: 256)
    scripted.kernel.happen(C_MIO_EVFILT_VNODE, 5, notes: C_MIO_NOTE_WRITE)
    scripted.kernel.happen(C_MIO_EVFILT_SIGNAL, 1, data: 3)
    let events = try scripted.next()
    #expect(events == [1, 2, 3].map { Event(token: Token($0), readiness: .readable) })
    let details = scripted.events.indices.map { scripted.events.details(at: $0) }
    #expect(details[0].processChanges == .exit && details[0].data == 256)
    #expect(details[0].identifier == 12 && details[0].errorCode == 0)
    #expect(details[0].fileChanges == [])
    #expect(details[1].fileChanges == .write && details[1].processChanges == [])
    #expect(details[2].data == 3 && details[2].fileChanges == [] && details[2].errorCode == 0)
  }

  @Test
  func `each kind of change is distinguished from the others`() throws {
    let changes: [(FileChanges, UInt32)] = [
      (.deletion, C_MIO_NOTE_DELETE), (.write, C_MIO_NOTE_WRITE), (.growth, C_MIO_NOTE_EXTEND),
      (.attributes, C_MIO_NOTE_ATTRIB), (.links, C_MIO_NOTE_LINK), (.rename, C_MIO_NOTE_RENAME),
    ]
    var scripted = try ScriptedPoll()
    let all = changes.reduce(into: FileChanges.revocation) { $0.formUnion($1.0) }
    try scripted.poll.registry.register(.fileChanges(Descriptor(5), all), token: 1)
    try scripted.poll.registry.register(.processExit(12), token: 2)
    for (change, note) in changes {
      scripted.kernel.happen(C_MIO_EVFILT_VNODE, 5, notes: note)
      #expect(try scripted.next().map(\.token) == [1])
      #expect(scripted.events.details(at: 0).fileChanges == change)
    }
    scripted.kernel.happen(C_MIO_EVFILT_PROC, 12, notes: C_MIO_NOTE_EXIT | C_MIO_NOTE_EXEC)
    #expect(try scripted.next().map(\.token) == [2])
    #expect(scripted.events.details(at: 0).processChanges == [.exit, .exec])
  }

  @Test
  func `one poll can watch several filters`() throws {
    let kernel = ScriptedKernel()
    var poll = Poll(try ScriptedSelector(calls: kernel))
    var events = try Events<ScriptedSelector>(capacity: 8)
    let child: Int32 = 12
    let directory = Descriptor(5)
    kernel.happen(C_MIO_EVFILT_PROC, 12, notes: C_MIO_NOTE_EXIT, data: 256)
    var status: Int64 = 0
    try poll.registry.register(.processExit(child), token: 1)
    try poll.registry.register(.fileChanges(directory, [.write, .rename]), token: 2)
    try poll.registry.register(.timer(1, every: .milliseconds(20)), token: 3)
    try poll.poll(into: &events)
    for position in events.indices where events[position].token == 1 {
      status = events.details(at: position).data
    }
    #expect(status == 256)
  }

  /// A source of asynchronous I/O as a program on FreeBSD or Darwin writes it.
  private struct Request: Source, ~Copyable {
    let registration = RegistrationState()
    /// The values that the program would store in its `sigevent`.
    let sigevent = Locked<(queue: Int32, token: Token)>((-1, 0))

    borrowing func register<S: Selector & ~Copyable>(
      with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
    ) throws(IOError) {
      try registry.register(
        Descriptor(5), state: registration, token: token, interest: .aio, mode: mode)
      sigevent.withLock { $0.token = token }
    }

    borrowing func reregister<S: Selector & ~Copyable>(
      with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
    ) throws(IOError) {
      try registry.reregister(
        Descriptor(5), state: registration, token: token, interest: .aio, mode: mode)
    }

    borrowing func deregister<S: Selector & ~Copyable>(
      from registry: borrowing Registry<S>
    ) throws(IOError) {
      try registry.deregister(Descriptor(5), state: registration)
    }
  }

  @Test
  func `a source of asynchronous I/O can be registered once, and is reported when it completes`()
    throws
  {
    var scripted = try ScriptedPoll()
    let request = Request()
    try scripted.poll.registry.register(request, token: 9, interest: .aio)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.register(request, token: 9, interest: .aio)
    }
    request.sigevent.withLock {
      $0.queue = scripted.poll.registry.selector.descriptor.fileDescriptor
    }
    #expect(request.sigevent.withLock { scripted.kernel.openDescriptors.contains($0.queue) })
    scripted.kernel.complete(C_MIO_EVFILT_AIO, token: request.sigevent.withLock { $0.token })
    let events = try scripted.next()
    #expect(events.map(\.token) == [9] && events[0].isAIO)
    try scripted.poll.registry.deregister(request)
  }

  @Test
  func `a triggered user event is reported with the token of the trigger`() throws {
    var scripted = try ScriptedPoll()
    let filter = KqueueFilter.userEvent(77)
    let error = expectError(.notRegistered) { () throws(IOError) in
      try scripted.poll.registry.trigger(filter, token: 1)
    }
    #expect(error?.code == ENOENT)
    try scripted.poll.registry.register(filter, token: 1)
    #expect(try scripted.next() == [])
    for _ in 0..<3 { try scripted.poll.registry.trigger(filter, token: 1) }
    #expect(try scripted.next() == [Event(token: 1, readiness: .readable)])
    #expect(try scripted.next() == [])
    try scripted.poll.registry.trigger(filter, token: 2)
    #expect(try scripted.next().map(\.token) == [2])
    expectError(.invalidArgument) { () throws(IOError) in
      try scripted.poll.registry.trigger(.signal(SIGHUP), token: 1)
    }
  }

  @Test
  func `a program cannot register or deregister the user event of the wakers`() throws {
    var scripted = try ScriptedPoll()
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    let notifier = try #require(
      scripted.kernel.state.withLock { $0.knotes.keys.first { $0.filter == C_MIO_EVFILT_USER } })
    expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.register(.userEvent(notifier.ident), token: 2)
    }
    expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.deregister(.userEvent(notifier.ident))
    }
    expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.trigger(.userEvent(notifier.ident), token: 2)
    }
    #expect(try scripted.next() == [])
    try waker.wake()
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test
  func `registering a filter again replaces its token and its mode`() throws {
    var scripted = try ScriptedPoll()
    let filter = KqueueFilter.signal(SIGHUP)
    try scripted.poll.registry.register(filter, token: 1)
    try scripted.poll.registry.register(filter, token: 2, mode: .level)
    scripted.kernel.happen(C_MIO_EVFILT_SIGNAL, 1)
    for _ in 0..<2 { #expect(try scripted.next().map(\.token) == [2]) }
  }

  @Test
  func `a filter whose replacement fails keeps its old token`() throws {
    var scripted = try ScriptedPoll()
    let filter = KqueueFilter.signal(SIGHUP)
    try scripted.poll.registry.register(filter, token: 1)
    scripted.kernel.fail(.submit, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .register)) {
      try scripted.poll.registry.register(filter, token: 2)
    }
    scripted.kernel.happen(C_MIO_EVFILT_SIGNAL, 1)
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test
  func `an interrupted change of a filter is repeated`() throws {
    let scripted = try ScriptedPoll()
    scripted.kernel.fail(.submit, with: EINTR, 0, EINTR)
    try scripted.poll.registry.register(.userEvent(1), token: 1)
    scripted.kernel.fail(.submit, with: EINTR)
    try scripted.poll.registry.deregister(.userEvent(1))
    #expect(scripted.kernel.state.withLock { $0.knotes.isEmpty })
  }

  @Test
  func `the end of a process is reported with the token of the last registration`() throws {
    var scripted = try ScriptedPoll()
    let filter = KqueueFilter.processExit(12)
    try scripted.poll.registry.register(filter, token: 1)
    scripted.kernel.endProcess(12, status: 256)
    try scripted.poll.registry.register(filter, token: 2, mode: .oneShot)
    #expect(try scripted.next().map(\.token) == [2])
    #expect(scripted.events.details(at: 0).data == 256)
  }

  @Test
  func `if a second registration of a process is refused, the first one still works`() throws {
    var scripted = try ScriptedPoll()
    let filter = KqueueFilter.processExit(12)
    try scripted.poll.registry.register(filter, token: 1)
    scripted.kernel.fail(.submit, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .register)) {
      try scripted.poll.registry.register(filter, token: 2)
    }
    scripted.kernel.endProcess(12, status: 0)
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test(arguments: [ESRCH, EINVAL, ENOMEM])
  func `registering a filter throws the error of the kernel`(_ code: Int32) throws {
    let scripted = try ScriptedPoll()
    for filter in [KqueueFilter.processExit(12), .signal(SIGHUP)] {
      if filter == .signal(SIGHUP) { scripted.kernel.fail(.submit, with: 0) }
      scripted.kernel.fail(.submit, with: code)
      #expect(throws: IOError(code: code, operation: .register)) {
        try scripted.poll.registry.register(filter, token: 1)
      }
      expectError(.notRegistered) { () throws(IOError) in
        try scripted.poll.registry.deregister(filter)
      }
    }
  }

  @Test
  func `a system without user events refuses them, and accepts other filters`()
    throws
  {
    let scripted = try ScriptedPoll(features: [])
    expectError(.unsupported) { () throws(IOError) in
      try scripted.poll.registry.register(.userEvent(1), token: 1)
    }
    expectError(.unsupported) { () throws(IOError) in
      try scripted.poll.registry.trigger(.userEvent(1), token: 1)
    }
    try scripted.poll.registry.register(.signal(SIGHUP), token: 1)
    try scripted.poll.registry.deregister(.signal(SIGHUP))
  }

  @Test
  func `the end of a process is reported to a program that may not read its status`() throws {
    var scripted = try ScriptedPoll()
    // The kernel refuses to report the status.
    scripted.kernel.fail(.submit, with: EACCES)
    try scripted.poll.registry.register(.processExit(12), token: 1)
    #expect(scripted.kernel.takeLists().last == ["add clear proc 12 notes:2147483648 token:1"])
    scripted.kernel.happen(C_MIO_EVFILT_PROC, 12, notes: C_MIO_NOTE_EXIT)
    #expect(try scripted.next().map(\.token) == [1])
    #expect(scripted.events.details(at: 0).processChanges == .exit)
  }

  @Test
  func `watching a process without permission throws permissionDenied`() throws {
    let scripted = try ScriptedPoll()
    scripted.kernel.fail(.submit, with: EACCES, EACCES)
    expectError(.permissionDenied) { () throws(IOError) in
      try scripted.poll.registry.register(.processExit(12), token: 1)
    }
    scripted.kernel.fail(.submit, with: EACCES)
    expectError(.permissionDenied) { () throws(IOError) in
      try scripted.poll.registry.register(.processChanges(12, .fork), token: 1)
    }
    // Only a process has a status that can be left out.
    scripted.kernel.fail(.submit, with: 0, EACCES)
    expectError(.permissionDenied) { () throws(IOError) in
      try scripted.poll.registry.register(
        .fileChanges(Descriptor(5), FileChanges(rawValue: .max)), token: 1)
    }
  }

  static let largest32 = Int64(Int32.max)

  /// A time, the largest number of the system, and the change that is sent: the unit's note and the
  /// number.
  @Test(
    arguments: [
      (Duration.nanoseconds(1), Int64.max, C_MIO_NOTE_NSECONDS, 1),
      (.seconds(5), Int64.max, C_MIO_NOTE_NSECONDS, 5_000_000_000),
      (.nanoseconds(largest32), largest32, C_MIO_NOTE_NSECONDS, largest32),
      (.nanoseconds(largest32 + 1), largest32, 0, 2148),
      (.seconds(5), largest32, 0, 5_000),
      (.milliseconds(largest32 + 1), largest32, C_MIO_NOTE_SECONDS, 2_147_484),
      (.seconds(Int64.max), Int64.max, 0, 18_446_744_073_710),
      (.seconds(Int64.max), largest32, C_MIO_NOTE_SECONDS, largest32),
    ] as [(Duration, Int64, UInt32, Int64)])
  func `the interval of a timer is never truncated`(
    _ interval: Duration, _ largest: Int64, _ notes: UInt32, _ data: Int64
  ) {
    let timer = KqueueFilter.timer(1, every: interval, largest: largest)
    #expect(timer.notes == notes)
    #expect(timer.data == data)
  }

  @Test
  func `a timer uses only the units that the system supports`() {
    let millisecond: UInt64 = 1_000_000
    #expect(KqueueFilter.timerUnits(0, 0).map(\.nanoseconds) == [millisecond])
    #expect(KqueueFilter.timerUnits(8, 0).map(\.nanoseconds) == [1, millisecond])
    #expect(KqueueFilter.timerUnits(0, 1).map(\.nanoseconds) == [millisecond, 1_000 * millisecond])
  }
}
