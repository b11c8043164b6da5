import CMioKqueue
import CLibrary
import MioCore
import MioKqueue
import MioTestSupport
import TestHelpers
import Testing

/// The behaviour of the backend when the kernel refuses a call, for every call.
struct KqueueFaultTests {
  static let deletions = ChangeListTests.deletions
  static let features: KqueueFeatures = [.userEvents, .forgetsClosed]

  @Test(arguments: [EMFILE, ENFILE, ENOMEM])
  func `creating a selector throws the error of the system, and leaves nothing open`(_ code: Int32)
  {
    let kernel = ScriptedKernel()
    kernel.fail(.createQueue, with: code)
    #expect(throws: IOError(code: code, operation: .createSelector)) {
      _ = try ScriptedSelector(calls: kernel)
    }
    #expect(kernel.openDescriptors.isEmpty)
  }

  @Test(arguments: [ENOMEM, EBADF, EINVAL, EPERM, ENXIO])
  func `a registration whose system call fails has no effect, and can be repeated`(
    _ code: Int32
  ) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.fail(.change, with: code)
    #expect(throws: IOError(code: code, operation: .register)) {
      try scripted.poll.registry.register(source, token: 7, interest: .readable)
    }
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [7])
  }

  @Test(arguments: [ENOMEM, EPERM, EINVAL])
  func `if the kernel refuses one direction, neither direction is registered`(_ code: Int32) throws
  {
    let scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    for refused in [2, 3] {
      scripted.kernel.refuse(0, 0, refused == 2 ? code : 0, refused == 3 ? code : 0)
      #expect(throws: IOError(code: code, operation: .register)) {
        try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
      }
      #expect(scripted.kernel.takeLists().last == Self.deletions)
      #expect(scripted.kernel.state.withLock { $0.knotes.isEmpty })
    }
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
  }

  @Test(arguments: [EPIPE, EBADF])
  func `registering for reading throws if the kernel returns EPIPE or EBADF`(_ code: Int32) throws {
    let scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    scripted.kernel.refuse(0, 0, code)
    #expect(throws: IOError(code: code, operation: .register)) {
      try scripted.poll.registry.register(source, token: 7, interest: .readable)
    }
  }

  @Test
  func `if the kernel returns receipts only for failures, a missing receipt means success`() throws
  {
    var scripted = try ScriptedPoll()
    scripted.kernel.state.withLock { $0.writesReceipts = false }
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [7])
    try scripted.poll.registry.deregister(source)
  }

  @Test
  func `reregistering with an unsupported interest throws, and changes nothing`() throws {
    var scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    expectError(.unsupported) { () throws(IOError) in
      try scripted.poll.registry.reregister(source, token: 8, interest: [.readable, .priority])
    }
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [7])
  }

  @Test
  func `a writer whose reregistration is refused stays registered as a writer`() throws {
    let scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .writable)
    scripted.kernel.refuse(0, 0, ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .reregister)) {
      try scripted.poll.registry.reregister(source, token: 8, interest: .readable)
    }
    #expect(
      scripted.kernel.takeLists().last == Self.deletions + ["add clear receipt write 5 token:7"])
    #expect(scripted.kernel.state.withLock { $0.knotes.count } == 1)
  }

  @Test(arguments: [ENOMEM, EINVAL])
  func `a reregistration that is partly refused restores the old registration`(_ code: Int32) throws
  {
    var scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .level)
    _ = scripted.kernel.takeLists()
    scripted.kernel.refuse(0, 0, 0, code)
    #expect(throws: IOError(code: code, operation: .reregister)) {
      try scripted.poll.registry.reregister(source, token: 8, interest: [.readable, .writable])
    }
    #expect(
      scripted.kernel.takeLists().last == Self.deletions + ["add receipt read 5 token:7"])
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    for _ in 0..<2 { #expect(try scripted.next() == [Event(token: 7, readiness: .readable)]) }
    try scripted.poll.registry.reregister(source, token: 8, interest: .readable)
  }

  @Test
  func `a failed reregistration does not rearm a one-shot that has fired`() throws {
    var scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().count == 1)
    scripted.kernel.refuse(0, 0, ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .reregister)) {
      try scripted.poll.registry.reregister(source, token: 8, interest: .readable)
    }
    #expect(try scripted.next() == [])
  }

  @Test
  func `an interrupted change is repeated`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.fail(.change, with: EINTR, EINTR)
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    #expect(scripted.kernel.count(.change) == 3)
    scripted.kernel.fail(.submit, with: EINTR)
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    scripted.kernel.fail(.submit, with: EINTR)
    try waker.wake()
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test
  func `a source is not registered after another source has registered its number`() throws {
    let scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source, other = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.closeNumber(5)
    try scripted.poll.registry.register(other, token: 8, interest: .readable)
    try scripted.poll.registry.deregister(other)
    _ = scripted.kernel.takeLists()
    let errors = [
      expectError(.notRegistered) { () throws(IOError) in
        try scripted.poll.registry.reregister(source, token: 9, interest: .readable)
      },
      expectError(.notRegistered) { () throws(IOError) in
        try scripted.poll.registry.deregister(source)
      },
    ]
    #expect(errors.map(\.?.code) == [ENOENT, ENOENT])
    #expect(scripted.kernel.takeLists() == [])
  }

  @Test(arguments: [Interest.readable, .writable, .priority])
  func `reregistering a closed descriptor number throws, and does not watch its new file`(
    _ interest: Interest
  ) throws {
    var scripted = try ScriptedPoll(features: Self.features.union(.exceptions))
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: interest)
    scripted.kernel.closeNumber(5)
    let error = expectError(.notRegistered) { () throws(IOError) in
      try scripted.poll.registry.reregister(source, token: 8, interest: .readable)
    }
    #expect(error?.code == ENOENT)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [])
    #expect(scripted.kernel.state.withLock { $0.knotes.isEmpty })
  }

  @Test(arguments: [(ENOENT, IOError.Kind.notRegistered), (EBADF, .badDescriptor)])
  func `a source that the kernel no longer knows counts as deregistered`(
    _ code: Int32, _ kind: IOError.Kind
  ) throws {
    let scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.closeNumber(5)
    scripted.kernel.refuse(code, code)
    let error = expectError(kind) { () throws(IOError) in
      try scripted.poll.registry.deregister(source)
    }
    #expect(error?.code == code)
    try scripted.poll.registry.register(source, token: 8, interest: .readable)
  }

  @Test
  func `a deregistration that fails can be repeated`() throws {
    let scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.fail(.change, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .deregister)) {
      try scripted.poll.registry.deregister(source)
    }
    try scripted.poll.registry.deregister(source)
    #expect(scripted.kernel.state.withLock { $0.knotes.isEmpty })
  }

  @Test(arguments: [TriggerMode.edge, .level, .oneShot], [0, EINVAL, ENOMEM])
  func `a descriptor that another value has registered is refused, and stays registered`(
    _ mode: TriggerMode, _ code: Int32
  ) throws {
    var scripted = try ScriptedPoll(features: Self.features)
    let source = (5 as UInt).source, other = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: mode)
    // The kernel may also have a reason of its own to refuse the second value.
    scripted.kernel.refuse(0, 0, code)
    let error = expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.register(other, token: 8, interest: .writable)
    }
    #expect(error?.code == EEXIST)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
  }

  @Test(arguments: [Interest.readable, .priority, [.readable, .writable, .priority]])
  func `a descriptor whose one-shot has fired counts as registered, and can be rearmed`(
    _ interest: Interest
  ) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source, other = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: interest, mode: .oneShot)
    if interest.contains(.readable) { scripted.kernel.happen(C_MIO_EVFILT_READ, 5) }
    scripted.kernel.happen(C_MIO_EVFILT_EXCEPT, 5, notes: C_MIO_NOTE_OOB)
    #expect(try scripted.next().map(\.token) == [7])
    expectError(.alreadyRegistered) { () throws(IOError) in
      try scripted.poll.registry.register(other, token: 8, interest: .readable)
    }
    #expect(try scripted.next() == [])
    try scripted.poll.registry.reregister(source, token: 9, interest: interest, mode: .oneShot)
    #expect(try scripted.next().map(\.token) == [9])
    try scripted.poll.registry.deregister(source)
    try scripted.poll.registry.register(other, token: 8, interest: .readable)
  }

  @Test
  func `a one-shot that has fired and was closed by other code is not registered`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [7])
    scripted.kernel.closeNumber(5)
    expectError(.notRegistered) { () throws(IOError) in
      try scripted.poll.registry.reregister(source, token: 8, interest: .readable)
    }
  }

  @Test
  func `if closing does not end registrations, a new file with the same number can be registered`()
    throws
  {
    var scripted = try ScriptedPoll(features: .userEvents)
    do {
      let source = (5 as UInt).source
      try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    }
    let other = (5 as UInt).source
    try scripted.poll.registry.register(other, token: 8, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next() == [Event(token: 8, readiness: .readable)])
  }

  @Test
  func `a registration replaces a filter that other code has left for its descriptor`() throws {
    var scripted = try ScriptedPoll()
    let key = ScriptedKernel.Key(filter: C_MIO_EVFILT_READ, ident: 5)
    scripted.kernel.state.withLock { $0.knotes[key] = .init(flags: 0, notes: 0, udata: 1) }
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [7])
  }

  @Test
  func `a source with the descriptor number 0 is reported`() throws {
    var scripted = try ScriptedPoll()
    let source = (0 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 0)
    #expect(try scripted.next().map(\.token) == [7])
    try scripted.poll.registry.deregister(source)
  }

  @Test
  func `a negative descriptor is never reported as a writer without a reader`() throws {
    var scripted = try ScriptedPoll()
    let source = BorrowedDescriptor(Descriptor(-1))
    scripted.kernel.closeReader(of: UInt(bitPattern: -1), saying: EBADF)
    try scripted.poll.registry.register(source, token: 7, interest: .writable)
    #expect(try scripted.next() == [])
    expectError(.notRegistered) { () throws(IOError) in
      try scripted.poll.registry.deregister(source)
    }
  }

  @Test
  func `a negative descriptor is passed to the kernel, which refuses it`() throws {
    let scripted = try ScriptedPoll()
    let source = BorrowedDescriptor(Descriptor(-1))
    scripted.kernel.fail(.change, with: EBADF)
    expectError(.badDescriptor) { () throws(IOError) in
      try scripted.poll.registry.register(source, token: 7, interest: .readable)
    }
  }

  @Test
  func `a signal ends a wait, but the poll waits again`() throws {
    var scripted = try ScriptedPoll()
    scripted.kernel.fail(.wait, with: EINTR, EINTR)
    try scripted.poll.poll(into: &scripted.events, timeout: .seconds(1))
    #expect(scripted.kernel.count(.wait) == 3)
    scripted.kernel.fail(.wait, with: EINTR)
    expectError(.interrupted) { () throws(IOError) in
      try scripted.poll.poll(
        into: &scripted.events, timeout: .seconds(1), onInterrupt: .throw)
    }
  }

  @Test(arguments: [EBADF, EINVAL, ENOMEM])
  func `a wait that fails throws, and the next wait reports the event`(_ code: Int32) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    scripted.kernel.fail(.wait, with: code)
    #expect(throws: IOError(code: code, operation: .poll)) { _ = try scripted.next() }
    #expect(scripted.events.isEmpty)
    #expect(try scripted.next().map(\.token) == [7])
  }

  @Test
  func `a waker that cannot be created leaves no resource behind, and can be created later`() throws
  {
    let scripted = try ScriptedPoll()
    scripted.kernel.fail(.submit, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .createWaker)) {
      _ = try scripted.poll.registry.makeWaker(token: 1)
    }
    _ = try scripted.poll.registry.makeWaker(token: 1)
    #expect(scripted.kernel.state.withLock { $0.knotes.count } == 1)
  }

  @Test
  func `a pipe that cannot be created or registered leaves no descriptor open`() throws {
    let scripted = try ScriptedPoll(features: [])
    let before = scripted.kernel.openDescriptors
    scripted.kernel.fail(.createPipe, with: EMFILE)
    scripted.kernel.fail(.submit, with: ENOMEM)
    for code in [EMFILE, ENOMEM] {
      #expect(throws: IOError(code: code, operation: .createWaker)) {
        _ = try scripted.poll.registry.makeWaker(token: 1)
      }
      #expect(scripted.kernel.openDescriptors == before)
    }
    _ = try scripted.poll.registry.makeWaker(token: 1)
  }

  @Test(arguments: [KqueueFeatures.userEvents, []])
  func `a wake that the kernel refuses can be repeated`(_ features: KqueueFeatures) throws {
    var scripted = try ScriptedPoll(features: features)
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    scripted.kernel.fail(features == [] ? .write : .submit, with: EBADF)
    #expect(throws: IOError(code: EBADF, operation: .wake)) { try waker.wake() }
    try waker.wake()
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test
  func `a wake drains a full pipe, and is delivered`() throws {
    var scripted = try ScriptedPoll(features: [])
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    scripted.kernel.fail(.write, with: EAGAIN, EINTR)
    try waker.wake()
    #expect(scripted.kernel.count(.drain) == 1)
    #expect(scripted.kernel.count(.write) == 3)
    #expect(try scripted.next().map(\.token) == [1])
  }

  @Test
  func `a pending signal is not lost when another waker is created`() throws {
    var scripted = try ScriptedPoll()
    let first = try scripted.poll.registry.makeWaker(token: 1)
    try first.wake()
    // Adding the user event again would cancel the signal.
    let registry = try scripted.poll.registry.duplicate()
    let second = try registry.makeWaker(token: 2)
    try scripted.poll.poll(into: &scripted.events)
    #expect(scripted.events.map(\.token) == [1])
    try second.wake()
    try scripted.poll.poll(into: &scripted.events)
    #expect(scripted.events.map(\.token) == [2])
  }

  @Test
  func `every descriptor is closed once, and not before the last handle is destroyed`() throws {
    for features in [KqueueFeatures.userEvents, []] {
      let kernel = ScriptedKernel()
      kernel.state.withLock { $0.features = features }
      do {
        let waker: PollWaker
        do {
          let poll = Poll(try ScriptedSelector(calls: kernel))
          let registry = try poll.registry.duplicate()
          waker = try registry.makeWaker(token: 1)
        }
        try waker.wake()
        #expect(!kernel.openDescriptors.isEmpty)
      }
      #expect(kernel.openDescriptors.isEmpty)
      #expect(kernel.count(.close) == (features == [] ? 3 : 1))
    }
  }

  @Test
  func `a notifier's pipe is closed even if it has the numbers of the standard streams`() throws {
    let kernel = ScriptedKernel()
    kernel.state.withLock { $0.features = [] }
    do {
      let poll = Poll(try ScriptedSelector(calls: kernel))
      kernel.state.withLock { $0.nextDescriptor = -1 }
      _ = try poll.registry.makeWaker(token: 1)
      #expect(kernel.openDescriptors.isSuperset(of: [0, 1]))
    }
    #expect(kernel.openDescriptors.isEmpty)
  }

  @Test
  func `a child process does not close the number of a queue that it did not inherit`() throws {
    let kernel = ScriptedKernel()
    do {
      let selector = try ScriptedSelector(calls: kernel)
      kernel.state.withLock { $0.process = 2 }
      _ = consume selector
    }
    #expect(kernel.count(.close) == 0)
  }
}
