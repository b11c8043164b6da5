import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// One-shot registrations: each filter fires once, and the source is reported once for all of them.
struct OneShotTests {
  @Test
  func `a second direction that fires later is not reported`() throws {
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
  func `a second direction that fires later hides no other source`() throws {
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
  func `both directions at once are one report, without a trace of the mode`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable], mode: .oneShot)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: [.readable, .writable])])
  }

  @Test(arguments: [Interest.readable, .writable, [.readable, .writable]])
  func `reregistering arms again`(_ interest: Interest) throws {
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
  func `one that has fired is deregistered without complaint`() throws {
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
  func `another file with the number of one that has fired is reported`() throws {
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
