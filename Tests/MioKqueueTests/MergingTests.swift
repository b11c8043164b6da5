import CMioKqueue
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// One event for each source and poll, regardless of the records that the kernel returns.
struct MergingTests {
  @Test(arguments: [
    [C_MIO_EVFILT_READ, C_MIO_EVFILT_WRITE], [C_MIO_EVFILT_WRITE, C_MIO_EVFILT_READ],
  ])
  func `both directions of a source are merged to one event, in either order`(
    _ filters: [Int32]
  ) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    for filter in filters { scripted.kernel.happen(filter, 5) }
    #expect(try scripted.next() == [Event(token: 7, readiness: [.readable, .writable])])
  }

  @Test
  func `records of a source that are not adjacent are merged at the position of the first`() throws
  {
    var scripted = try ScriptedPoll(capacity: 64)
    var sources: [UInt] = []
    for number in 1...20 as ClosedRange<UInt> {
      let source = number.source
      try scripted.poll.registry.register(
        source, token: Token(number), interest: [.readable, .writable])
      sources.append(number)
    }
    for number in sources { scripted.kernel.happen(C_MIO_EVFILT_READ, number) }
    for number in sources.reversed() { scripted.kernel.happen(C_MIO_EVFILT_WRITE, number) }
    #expect(
      try scripted.next()
        == sources.map { Event(token: Token($0), readiness: [.readable, .writable]) })
  }

  @Test
  func `two sources with the same token have separate events`() throws {
    var scripted = try ScriptedPoll()
    for number in [5, 6] as [UInt] {
      let source = number.source
      try scripted.poll.registry.register(source, token: 7, interest: .readable)
    }
    let event = Event(token: 7, readiness: .readable)
    for order in [[5, 6], [6, 5]] as [[UInt]] {
      for number in order { scripted.kernel.happen(C_MIO_EVFILT_READ, number) }
      #expect(try scripted.next() == [event, event])
    }
  }

  @Test
  func `a process is not confused with a descriptor of the same number`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 1, interest: .readable)
    try scripted.poll.registry.register(.processExit(5), token: 2)
    scripted.kernel.happen(C_MIO_EVFILT_PROC, 5, notes: C_MIO_NOTE_EXIT, data: 256)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [2, 1])
    // The source stood first in an earlier poll, and now the process does, with the same token.
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [1])
    try scripted.poll.registry.register(.processExit(5), token: 1)
    scripted.kernel.happen(C_MIO_EVFILT_PROC, 5, notes: C_MIO_NOTE_EXIT, data: 256)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next().map(\.token) == [1, 1])
    try scripted.poll.registry.deregister(source)
    #expect(scripted.kernel.state.withLock { $0.knotes.count } == 1)
  }

  @Test
  func `the records of different polls are not merged`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .writable)])
  }

  @Test
  func `events that do not fit in the buffer are reported by the next polls`() throws {
    var scripted = try ScriptedPoll(capacity: 3)
    for number in 1...4 as ClosedRange<UInt> {
      let source = number.source
      try scripted.poll.registry.register(
        source, token: Token(number), interest: [.readable, .writable])
      scripted.kernel.happen(C_MIO_EVFILT_READ, number)
      scripted.kernel.happen(C_MIO_EVFILT_WRITE, number)
    }
    var seen: [Token: Event.Readiness] = [:]
    for _ in 0..<3 {
      let events = try scripted.next()
      #expect(events.count <= 3)
      #expect(Set(events.map(\.token)).count == events.count)
      for event in events { seen[event.token, default: []].formUnion(event.readiness) }
    }
    #expect(seen.count == 4)
    #expect(seen.values.allSatisfy { $0 == [.readable, .writable] })
    #expect(try scripted.next() == [])
  }

  @Test
  func `a source whose second record does not fit is reported in two polls, once per direction`()
    throws
  {
    var scripted = try ScriptedPoll(capacity: 1)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    #expect(try scripted.next() == [Event(token: 7, readiness: .writable)])
    #expect(try scripted.next() == [Event(token: 7, readiness: .readable)])
    #expect(try scripted.next() == [])
  }

  @Test(arguments: [true, false])
  func `a signal of a wake that was already reported hides no source`(_ hasUserEvents: Bool) throws
  {
    let features: KqueueFeatures = hasUserEvents ? [.userEvents, .forgetsClosed] : [.forgetsClosed]
    var scripted = try ScriptedPoll(features: features, capacity: 1)
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    let first = (5 as UInt).source
    let second = (6 as UInt).source
    try scripted.poll.registry.register(first, token: 5, interest: .readable)
    try scripted.poll.registry.register(second, token: 6, interest: .readable)
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    // No poll has announced yet that it does not wait, so the wake sends a signal. Its record comes
    // after that of the first source.
    try waker.wake()
    #expect(try scripted.next().map(\.token) == [5])
    #expect(try scripted.next().map(\.token) == [1])
    scripted.kernel.happen(C_MIO_EVFILT_READ, 6)
    #expect(try scripted.next().map(\.token) == [6])
    #expect(try scripted.next().isEmpty)
  }

  @Test
  func `records from before and after a reregistration are reported as separate events`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    // The kernel has returned the first record before the reregistration.
    let read = ScriptedKernel.Key(filter: C_MIO_EVFILT_READ, ident: 5)
    scripted.kernel.state.withLock { $0.knotes[read]?.udata = 6 }
    scripted.kernel.happen(C_MIO_EVFILT_READ, 5)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(
      try scripted.next() == [
        Event(token: 6, readiness: .readable), Event(token: 7, readiness: .writable),
      ])
  }

  @Test
  func `a source is reported whatever its position in an earlier poll was`() throws {
    var scripted = try ScriptedPoll()
    for number in 0..<8 as Range<UInt> {
      let source = number.source
      try scripted.poll.registry.register(
        source, token: Token(number), interest: [.readable, .writable])
      scripted.kernel.happen(C_MIO_EVFILT_READ, number)
    }
    #expect(try scripted.next().count == 8)
    for numbers in [[7], [0], [6, 7], [3, 2, 1]] as [[UInt]] {
      for filter in [C_MIO_EVFILT_READ, C_MIO_EVFILT_WRITE] {
        for number in numbers { scripted.kernel.happen(filter, number) }
      }
      #expect(try scripted.next().map(\.token) == numbers.map { Token($0) })
    }
  }

  @Test
  func `the record of a wake does not hide the records after it`() throws {
    var scripted = try ScriptedPoll()
    let waker = try scripted.poll.registry.makeWaker(token: 1)
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 5, interest: .writable)
    try scripted.poll.registry.register(.processExit(12), token: 2)
    try waker.wake()
    scripted.kernel.happen(C_MIO_EVFILT_PROC, 12, notes: C_MIO_NOTE_EXIT)
    #expect(Set(try scripted.next().map(\.token)) == [1, 2])
    // The signal of the waker does not concern a writer without a reader, so the writer stays
    // registered.
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5)
    #expect(try scripted.next().map(\.token) == [5])
  }

  @Test
  func `many sources whose hash values collide are merged correctly`() throws {
    var scripted = try ScriptedPoll(capacity: 1000)
    // A table whose size is a power of two puts all these numbers into the same place.
    for number in 1...250 as ClosedRange<UInt> {
      let source = (number * 4096).source
      try scripted.poll.registry.register(
        source, token: Token(number), interest: [.readable, .writable])
      scripted.kernel.happen(C_MIO_EVFILT_READ, number * 4096)
    }
    for number in 1...250 as ClosedRange<UInt> {
      scripted.kernel.happen(C_MIO_EVFILT_WRITE, number * 4096)
    }
    let events = try scripted.next()
    #expect(events.count == 250)
    #expect(events.allSatisfy { $0.readiness == [.readable, .writable] })
  }
}
