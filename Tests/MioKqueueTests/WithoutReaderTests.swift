import CLibrary
import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// The writer of a pipe without a reader, which FreeBSD, OpenBSD, DragonFly and NetBSD refuse to
/// watch.
struct WithoutReaderTests {
  static let told = Event(token: 7, readiness: [.writable, .writeClosed])

  @Test(arguments: [EPIPE, EBADF], [Interest.writable, [.readable, .writable]])
  func `a writer of a pipe without a reader is reported once`(
    _ code: Int32, _ interest: Interest
  ) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: code)
    try scripted.poll.registry.register(source, token: 7, interest: interest)
    #expect(try scripted.next() == [Self.told])
    #expect(Self.told.isWritable && Self.told.isWriteClosed && !Self.told.isReadable)
    #expect(try scripted.next() == [])
    try scripted.poll.registry.reregister(source, token: 8, interest: interest)
    #expect(try scripted.next() == [Event(token: 8, readiness: [.writable, .writeClosed])])
    try scripted.poll.registry.deregister(source)
    #expect(try scripted.next() == [])
  }

  @Test(arguments: [EPIPE, EBADF])
  func `a writer that is reregistered after its reader was closed is reported`(_ code: Int32) throws
  {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    scripted.kernel.closeReader(of: 5, saying: code)
    try scripted.poll.registry.reregister(source, token: 7, interest: [.readable, .writable])
    #expect(try scripted.next() == [Self.told])
  }

  @Test
  func `a writer without a reader that is reregistered before the poll is reported once`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    for _ in 0..<2 {
      try? scripted.poll.registry.register(source, token: 7, interest: .writable)
      try scripted.poll.registry.reregister(source, token: 7, interest: .writable)
    }
    #expect(try scripted.next() == [Self.told])
    #expect(try scripted.next() == [])
  }

  @Test
  func `the last report of a writer without a reader does not wake the next poll`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    try scripted.poll.registry.register(source, token: 7, interest: .writable)
    // The filter that marks the descriptor never fires.
    #expect(scripted.kernel.takeLists().last == ["add disable read 5 token:7"])
    #expect(try scripted.next() == [Self.told])
    #expect(!scripted.kernel.takeLists().contains { $0.first?.contains("notifier") == true })
  }

  @Test
  func `a writer without a reader is still reported as readable`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    #expect(try scripted.next() == [Self.told])
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
  }

  @Test
  func `a writer without a reader and its other readiness are reported as one event`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EBADF)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5, flags: C_MIO_EV_EOF)
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    #expect(
      try scripted.next()
        == [Event(token: 7, readiness: [.readable, .readClosed, .writable, .writeClosed])])
    #expect(try scripted.next() == [])
  }

  @Test
  func `a level-triggered writer without a reader is reported until it is deregistered`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    try scripted.poll.registry.register(source, token: 7, interest: .writable, mode: .level)
    for _ in 0..<3 { #expect(try scripted.next() == [Self.told]) }
    try scripted.poll.registry.deregister(source)
    #expect(try scripted.next() == [])
  }

  @Test
  func `a one-shot writer without a reader is reported once`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable], mode: .oneShot)
    #expect(try scripted.next() == [Self.told])
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [])
    try scripted.poll.registry.reregister(source, token: 7, interest: .writable, mode: .oneShot)
    #expect(try scripted.next() == [Self.told])
  }

  @Test
  func `many writers without a reader are all reported, although another source is always ready`()
    throws
  {
    var scripted = try ScriptedPoll(capacity: 1)
    let busy = (4 as UInt).source
    try scripted.poll.registry.register(busy, token: 4, interest: .readable, mode: .level)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 4)
    for number in 5...8 as ClosedRange<UInt> {
      let source = number.source
      scripted.kernel.closeReader(of: number, saying: EPIPE)
      try scripted.poll.registry.register(source, token: Token(number), interest: .writable)
    }
    var seen: [Token] = []
    for _ in 0..<8 { seen += try scripted.next().map(\.token) }
    #expect(seen.filter { $0 != 4 } == [5, 6, 7, 8])
    #expect(seen.count == 8)
  }

  @Test(arguments: [TriggerMode.edge, .level, .oneShot])
  func `a writer without a reader that was closed before the poll is not reported`(
    _ mode: TriggerMode
  ) throws {
    var scripted = try ScriptedPoll()
    do {
      let source = (5 as UInt).source
      scripted.kernel.closeReader(of: 5, saying: EBADF)
      try scripted.poll.registry.register(source, token: 7, interest: .writable, mode: mode)
      scripted.kernel.closeNumber(5)
    }
    // NetBSD returns EBADF for every change of a descriptor that is not open.
    scripted.kernel.refuse(EBADF, EBADF)
    #expect(try scripted.next() == [])
    #expect(try scripted.next() == [])
  }

  @Test
  func `a new file with the number of a closed writer is not watched`() throws {
    var scripted = try ScriptedPoll()
    do {
      let source = (5 as UInt).source
      scripted.kernel.closeReader(of: 5, saying: EPIPE)
      try scripted.poll.registry.register(source, token: 7, interest: .writable, mode: .level)
      #expect(try scripted.next() == [Self.told])
      scripted.kernel.closeNumber(5)
    }
    #expect(try scripted.next() == [])
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next() == [])
    #expect(scripted.kernel.state.withLock { $0.knotes.keys.allSatisfy { $0.ident != 5 } })
  }

  @Test(arguments: [EPIPE, EBADF], [TriggerMode.edge, .level, .oneShot])
  func `a writer without a reader cannot be registered by a second value`(
    _ code: Int32, _ mode: TriggerMode
  ) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source, other = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: code)
    try scripted.poll.registry.register(source, token: 7, interest: .writable, mode: mode)
    for _ in 0..<2 {
      for interest in [Interest.readable, .writable] {
        expectError(.alreadyRegistered) { () throws(IOError) in
          try scripted.poll.registry.register(other, token: 8, interest: interest)
        }
      }
      // The filter that marks the descriptor does not fire.
      scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
      #expect(try scripted.next().allSatisfy { $0 == Self.told })
    }
    try scripted.poll.registry.deregister(source)
    try scripted.poll.registry.register(other, token: 8, interest: .readable)
    #expect(try scripted.next() == [Event(token: 8, readiness: .readable)])
  }

  @Test
  func `a new writer without a reader can be registered under a reused number`() throws {
    var scripted = try ScriptedPoll()
    do {
      let source = (5 as UInt).source
      scripted.kernel.closeReader(of: 5, saying: EPIPE)
      try scripted.poll.registry.register(source, token: 7, interest: .writable)
      #expect(try scripted.next() == [Self.told])
      scripted.kernel.closeNumber(5)
    }
    let other = (5 as UInt).source
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    try scripted.poll.registry.register(other, token: 7, interest: .writable)
    #expect(try scripted.next() == [Self.told])
  }

  @Test
  func `a descriptor that is not open is refused as a bad descriptor`() throws {
    let scripted = try ScriptedPoll(features: [.userEvents, .forgetsClosed])
    let source = (5 as UInt).source
    scripted.kernel.refuse(EBADF, EBADF, EBADF)
    expectError(.badDescriptor) { () throws(IOError) in
      try scripted.poll.registry.register(source, token: 7, interest: .writable)
    }
  }

  @Test(arguments: [KqueueFeatures.userEvents, []])
  func `a waiting poll reports a writer without a reader that another thread registers`(
    _ features: KqueueFeatures
  ) throws {
    var scripted = try ScriptedPoll(features: features)
    let kernel = scripted.kernel
    kernel.closeReader(of: 5, saying: EPIPE)
    let other = (6 as UInt).source
    try scripted.poll.registry.register(other, token: 8, interest: .readable)
    let registry = try scripted.poll.registry.duplicate()
    let worker = Worker {
      let source = (5 as UInt).source
      while kernel.count(.wait) == 0 { sched_yield() }
      try registry.register(source, token: 7, interest: .writable)
      // This event ends the poll in any case. It comes after the expected one.
      kernel.happen(C_MIO_EVFILT_READ, 6)
    }
    try scripted.poll.poll(into: &scripted.events)
    #expect(scripted.events.first == Self.told)
    try worker.join()
  }

  @Test
  func `if a writer without a reader cannot be announced, the old registration is restored`() throws
  {
    var scripted = try ScriptedPoll(features: [.userEvents, .forgetsClosed])
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable)
    scripted.kernel.closeReader(of: 5, saying: EPIPE)
    scripted.kernel.fail(.submit, with: ENOMEM)
    #expect(throws: IOError(code: ENOMEM, operation: .reregister)) {
      try scripted.poll.registry.reregister(source, token: 8, interest: [.readable, .writable])
    }
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
  }
}
