import CMioSignals
import MioCore
import MioSignals
import MioTestSupport
import TestHelpers
import Testing

/// The events of a console, as signals.
///
/// The tests call the handler themselves, because Wine sends no event without a console.
@Suite(.guardingDescriptors)
struct ConsoleSignalTests {
  /// The numbers of `CTRL_C_EVENT` and the others in wincon.h.
  private static let events: [(number: UInt32, signal: SignalSet)] = [
    (0, .interrupt), (1, .interrupt), (2, .terminate), (6, .terminate),
  ]

  @Test(arguments: events)
  func `an event of the console is received as a signal`(
    _ event: (number: UInt32, signal: SignalSet)
  ) throws {
    let poll = try TestedSelector.afd.makePoll()
    let source = try SignalSource([.interrupt, .terminate])
    try poll.register(source, token: 7, interest: .readable)
    #expect(try poll.shortly().isEmpty)
    #expect(c_mio_signal_console_event(event.number) == 1)
    try poll.next(7, where: \.isReadable)
    #expect(try source.receive() == event.signal)
    #expect(try source.receive() == nil)
    #expect(try poll.shortly().isEmpty)
  }

  @Test
  func `a console event that no source watches is left to Windows`() throws {
    let source = try SignalSource(.hangup)
    for event in Self.events { #expect(c_mio_signal_console_event(event.number) == 0) }
    #expect(c_mio_signal_console_event(5) == 0, "a user logs off")
    #expect(try source.receive() == nil)
  }

  @Test
  func `every console event is an edge for every source that watches it`() throws {
    let poll = try TestedSelector.afd.makePoll()
    let first = try SignalSource(.interrupt)
    let second = try SignalSource([.interrupt, .terminate])
    try poll.register(first, token: 1, interest: .readable)
    try poll.register(second, token: 2, interest: .readable)
    for _ in 0..<200 {
      let thread = Worker { _ = c_mio_signal_console_event(0) }
      var seen: Set<Token> = []
      try poll.collect { events in
        seen.formUnion(events.map(\.token))
        return seen == [1, 2]
      }
      try thread.join()
      for _ in 0..<3 { _ = c_mio_signal_console_event(0) }
      try #require(try first.receive() == .interrupt)
      try #require(try second.receive() == .interrupt)
      try #require(try first.receive() == nil)
      try #require(try second.receive() == nil)
    }
  }
}
