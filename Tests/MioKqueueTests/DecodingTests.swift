import CMioKqueue
import CLibrary
import MioCore
import MioKqueue
import TestHelpers
import Testing

/// The events that the backend makes of records.
struct DecodingTests {
  /// A record and the readiness that it must have.
  struct Row: Sendable, CustomTestStringConvertible {
    let filter: Int32
    let flags: UInt32
    let notes: UInt32
    let readiness: Event.Readiness
    var testDescription: String { "filter \(filter), flags \(flags), notes \(notes)" }
  }

  /// Every filter of sources, with and without an end of file, a code or a note, and an error.
  static let rows: [Row] = {
    let ends: [(UInt32, Bool)] = [(0, false), (C_MIO_EV_EOF, true)]
    let errors: [(UInt32, Event.Readiness)] = [(0, []), (C_MIO_EV_ERROR, .error)]
    let failed: Event.Readiness = [.error, .hangUp]
    var rows: [Row] = []
    for (end, isEnd) in ends {
      for (error, errorBits) in errors {
        for code in [0, UInt32(ECONNRESET)] {
          let failure: Event.Readiness = isEnd && code != 0 ? failed : []
          rows += [
            Row(
              filter: C_MIO_EVFILT_READ, flags: end | error, notes: code,
              readiness: [.readable, isEnd ? .readClosed : [], failure, errorBits]),
            Row(
              filter: C_MIO_EVFILT_WRITE, flags: end | error, notes: code,
              readiness: [.writable, isEnd ? .writeClosed : [], failure, errorBits]),
          ]
        }
        // Darwin's ECONNRESET is 54, which contains the bit of NOTE_OOB.
        for note in [0, C_MIO_NOTE_OOB, 54] {
          let urgent: Event.Readiness = !isEnd && note != 0 ? .priority : []
          let failure: Event.Readiness = isEnd && note != 0 ? failed : []
          rows.append(
            Row(
              filter: C_MIO_EVFILT_EXCEPT, flags: end | error, notes: note,
              readiness: [urgent, isEnd ? .readClosed : [], failure, errorBits]))
        }
      }
    }
    return rows
  }()

  @Test(arguments: rows)
  func `a record of a source is translated as the table states`(_ row: Row) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable, .priority])
    scripted.kernel.happen(row.filter, 5, flags: row.flags, notes: row.notes, data: 104)
    let events = try scripted.next()
    // A record without readiness is not an event.
    #expect(
      events == (row.readiness.isEmpty ? [] : [Event(token: 7, readiness: row.readiness)]))
  }

  @Test(arguments: [
    (C_MIO_EVFILT_READ, C_MIO_EV_EOF, UInt32(0), "R RC"),
    (C_MIO_EVFILT_READ, C_MIO_EV_EOF, UInt32(ECONNRESET), "R E RC WC"),
    (C_MIO_EVFILT_WRITE, C_MIO_EV_EOF, 0, "W WC"),
    (C_MIO_EVFILT_WRITE, C_MIO_EV_EOF, UInt32(ECONNREFUSED), "R W E RC WC"),
    (C_MIO_EVFILT_EXCEPT, 0, C_MIO_NOTE_OOB, "P"),
    (C_MIO_EVFILT_EXCEPT, C_MIO_EV_EOF, 0, "RC"),
    (C_MIO_EVFILT_EXCEPT, C_MIO_EV_EOF, 54, "R E RC WC"),
  ])
  func `the predicates of an event are the same as for every other backend`(
    _ filter: Int32, _ flags: UInt32, _ notes: UInt32, _ expected: String
  ) throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(
      source, token: 7, interest: [.readable, .writable, .priority])
    scripted.kernel.happen(filter, 5, flags: flags, notes: notes)
    let event = try #require(try scripted.next().first)
    let predicates = [
      (event.isReadable, "R"), (event.isWritable, "W"), (event.isError, "E"),
      (event.isReadClosed, "RC"), (event.isWriteClosed, "WC"), (event.isPriority, "P"),
    ]
    #expect(predicates.filter(\.0).map(\.1).joined(separator: " ") == expected)
  }

  @Test
  func `events of asynchronous I/O are distinguished, and are not merged`() throws {
    var scripted = try ScriptedPoll()
    scripted.kernel.state.withLock { state in
      for (filter, token) in [(C_MIO_EVFILT_AIO, 1), (C_MIO_EVFILT_LIO, 2)] as [(Int32, UInt)] {
        let key = ScriptedKernel.Key(filter: filter, ident: 5)
        state.knotes[key] = .init(flags: C_MIO_EV_ONESHOT, notes: 0, udata: token)
        state.activate(key, (0, 0, 0))
      }
    }
    let events = try scripted.next()
    #expect(events.map(\.token) == [1, 2])
    #expect(events[0].isAIO && !events[0].isLIO && !events[0].isReadable)
    #expect(events[1].isLIO && !events[1].isAIO && !events[1].isReadable)
  }

  @Test
  func `the details contain the error code of a failed connection and the number of bytes`() throws
  {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: [.readable, .writable])
    for isReadFirst in [false, true] {
      if !isReadFirst { scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5, data: 4096) }
      scripted.kernel.happen(
        C_MIO_EVFILT_READ, 5, flags: C_MIO_EV_EOF, notes: UInt32(ECONNRESET), data: 12)
      if isReadFirst { scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5, data: 4096) }
      #expect(try scripted.next().count == 1)
      let details = scripted.events.details(at: 0)
      #expect(details.identifier == 5)
      #expect(details.errorCode == ECONNRESET)
      #expect(details.data == 12)
    }
  }

  @Test
  func `the details of an event contain the error code of a failed filter`() throws {
    var scripted = try ScriptedPoll()
    let source = (5 as UInt).source
    try scripted.poll.registry.register(source, token: 7, interest: .writable)
    scripted.kernel.happen(C_MIO_EVFILT_WRITE, 5, flags: C_MIO_EV_ERROR, data: Int64(EIO))
    #expect(try scripted.next().map(\.isError) == [true])
    #expect(scripted.events.details(at: 0).errorCode == EIO)
  }

  @Test
  func `the details of a wake are empty`() throws {
    var scripted = try ScriptedPoll()
    try scripted.poll.registry.makeWaker(token: 1).wake()
    #expect(try scripted.next().map(\.token) == [1])
    let details = scripted.events.details(at: 0)
    #expect(details.identifier == 0 && details.data == 0 && details.errorCode == 0)
    #expect(details.fileChanges == [] && details.processChanges == [])
  }

  @Test
  func `an event that is converted to a record and back is unchanged`() {
    for readiness in [Event.Readiness.readable, [.writable, .hangUp], .init(rawValue: 0x21DF)] {
      let event = Event(token: Token(.max), readiness: readiness)
      #expect(ScriptedSelector.event(ScriptedSelector.record(event)) == event)
    }
  }
}
