import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// One-shot registrations: each filter fires once, and the source is reported once for all of them.
struct OneShotTests {
  @Test
  func `if the second direction of a one-shot fires later, it is not reported`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable], mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next() == [])
  }

  @Test
  func `if the second direction of a one-shot fires later, it hides no other source`() throws {
    var scripted = try ScriptedPoll(capacity: 1)
    let source = (5 as UInt).source
    let other = (6 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable], mode: .oneShot)
    try scripted.poll.registry.register(other, token: 8, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 6)
    #expect(try scripted.next() == [Event(token: 8, readiness: .readable)])
    #expect(try scripted.next() == [])
  }

  @Test
  func `both directions of a one-shot that fire together are reported as one event`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable], mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: [.readable, .writable])])
  }

  @Test
  func `a one-shot that fires costs no further system call`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .oneShot)
    _ = scripted.kernel.takeLists()
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().count == 1)
    #expect(scripted.kernel.takeLists() == [])
  }

  @Test
  func `a one-shot that fires does not hide the end of a process in the same poll`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .oneShot)
    try scripted.poll.registry.register(.processExit(12), token: 8)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    scripted.kernel.happen(C_MIO_EVFILT_PROC, 12, notes: C_MIO_NOTE_EXIT)
    #expect(try scripted.next().map(\.token) == [7, 8])
  }

  @Test(arguments: [TriggerMode.edge, .oneShot])
  func `the record of a one-shot is not reported for a new source with the same number`(
    _ mode: TriggerMode
  ) throws {
    var scripted = try ScriptedPoll()
    let kernel = scripted.kernel
    let registry = try scripted.poll.registry.duplicate()
    do {
      let source = (5 as UInt).source
      try registry.register(source, token: 7, interest: .readable, mode: .oneShot)
      kernel.happen(C_MIO_EVFILT_READ, 5)
    }
    kernel.onceTaken {
      kernel.closeNumber(5)
      let other = (5 as UInt).source
      try registry.register(other, token: 8, interest: .readable, mode: mode)
    }
    #expect(try scripted.next() == [])
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [8])
  }

  @Test(arguments: [Interest.readable, .writable, [.readable, .writable]])
  func `reregistering rearms a one-shot`(_ interest: Interest) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable], mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    _ = try scripted.next()
    for token in [7, 8] as [Token] {
      try scripted.poll.registry.reregister(
        source, token: token, interest: interest, mode: .oneShot)
      #expect(try scripted.next().map(\.token) == [token])
      #expect(try scripted.next() == [])
    }
  }

  @Test
  func `a one-shot that has fired can be deregistered`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .readable, mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().count == 1)
    try scripted.poll.registry.deregister(source)
    try scripted.poll.registry.register(source, token: 8, interest: .readable)
    #expect(try scripted.next().map(\.token) == [8])
  }

  @Test
  func `a new file with the number of a one-shot that has fired can be registered and reported`()
    throws
  {
    var scripted = try ScriptedPoll()
    do {
      let source = (5 as UInt).source
      try scripted.poll.registry.register(
        source, token: 7, interest: [.readable, .writable], mode: .oneShot)
      scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
      #expect(try scripted.next().count == 1)
      scripted.kernel.closeNumber(5)
    }
    let other = (5 as UInt).source
    try scripted.poll.registry.register(other, token: 7, interest: .writable, mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .writable)])
  }
}
