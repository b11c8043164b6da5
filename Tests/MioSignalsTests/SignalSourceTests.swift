import CLibrary
import MioCore
import MioSignals
import MioTestSupport
import TestHelpers
import Testing

/// The signals that a source reports.
///
/// Other tests do not use these signals.
@Suite(.guardingDescriptors)
struct SignalSourceTests {
  @Test(arguments: TestedSelector.allCases)
  func `a signal causes an event, and is received once`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let source = try SignalSource(.windowChange)
    try poll.register(source, token: 7, interest: .readable)
    #expect(try source.receive() == nil)
    #expect(try poll.shortly().isEmpty)
    send(SIGWINCH)
    #expect(try poll.next(7).isReadable)
    #expect(try source.receive() == .windowChange)
    #expect(try source.receive() == nil)
    #expect(try poll.shortly().isEmpty)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a signal before the registration is not lost`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let source = try SignalSource(.windowChange)
    raiseHere(SIGWINCH)
    try poll.register(source, token: 7, interest: .readable)
    #expect(try poll.next(7).isReadable)
    #expect(try source.receive() == .windowChange)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a signal that was received is a new edge when it arrives again`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let source = try SignalSource(.windowChange)
    try poll.register(source, token: 7, interest: .readable)
    for _ in 0..<10_000 {
      raiseHere(SIGWINCH)
      try poll.next(7, where: \.isReadable)
      try #require(try source.receive() == .windowChange)
      try #require(try source.receive() == nil)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `a level-triggered source is reported until its signals are received`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let source = try SignalSource(.windowChange)
    try poll.register(source, token: 7, interest: .readable, mode: .level)
    raiseHere(SIGWINCH)
    #expect(try poll.shortly().count == 1)
    #expect(try poll.shortly().count == 1)
    #expect(try source.receive() == .windowChange)
    #expect(try poll.shortly().isEmpty)
  }

  @Test
  func `signals are not counted`() throws {
    let source = try SignalSource([.windowChange, .continue])
    for _ in 0..<3 { raiseHere(SIGWINCH) }
    raiseHere(SIGCONT)
    #expect(try source.receive() == [.windowChange, .continue])
    #expect(try source.receive() == nil)
  }

  @Test(arguments: TestedSelector.allCases)
  func `every source that watches a signal reports it`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let first = try SignalSource(.windowChange)
    let second = try SignalSource([.windowChange, .continue])
    try poll.register(first, token: 1, interest: .readable)
    try poll.register(second, token: 2, interest: .readable)
    raiseHere(SIGWINCH)
    let events = try poll.collect { Set($0.map(\.token)).count == 2 }
    #expect(events.count == 2)
    #expect(try first.receive() == .windowChange)
    #expect(try second.receive() == .windowChange)
  }

  @Test
  func `a source reports only its own signals`() throws {
    let first = try SignalSource(.windowChange)
    let second = try SignalSource(.continue)
    raiseHere(SIGCONT)
    #expect(try first.receive() == nil)
    #expect(try second.receive() == .continue)
  }

  @Test
  func `a source still reports signals after another source was destroyed`() throws {
    let remaining = try SignalSource(.windowChange)
    for _ in 0..<3 {
      let other = try SignalSource(.windowChange)
      raiseHere(SIGWINCH)
      #expect(try other.receive() == .windowChange)
      #expect(try remaining.receive() == .windowChange)
    }
    raiseHere(SIGWINCH)
    #expect(try remaining.receive() == .windowChange)
  }

  @Test
  func `a new source does not report earlier signals`() throws {
    let remaining = try SignalSource(.windowChange)
    do {
      let source = try SignalSource(.windowChange)
      raiseHere(SIGWINCH)
      _ = source.descriptor
    }
    let source = try SignalSource(.windowChange)
    #expect(try source.receive() == nil)
    #expect(try remaining.receive() == .windowChange)
  }

  @Test
  func `a signal is received although most threads block it`() throws {
    let source = try SignalSource(.windowChange)
    let worker = Worker {
      var all = sigset_t()
      unsafe sigfillset(&all)
      unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
      send(SIGWINCH)
    }
    try worker.join()
    let poll = try TestedSelector.allCases[0].makePoll()
    try poll.register(source, token: 7, interest: .readable)
    #expect(try poll.next(7).isReadable)
    #expect(try source.receive() == .windowChange)
  }

  @Test(arguments: TestedSelector.allCases)
  func `a source can be registered again`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let source = try SignalSource(.windowChange)
    try poll.register(source, token: 1, interest: .readable)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try poll.register(source, token: 1, interest: .readable)
    }
    try poll.deregister(source)
    raiseHere(SIGWINCH)
    #expect(try poll.shortly().isEmpty)
    try poll.register(source, token: 2, interest: .readable)
    #expect(try poll.next(2).isReadable)
  }

  @Test
  func `the descriptors of a source are non-blocking and close-on-exec`() throws {
    let before = OpenDescriptors.list()
    let source = try SignalSource(.windowChange)
    let opened = OpenDescriptors.list().keys.filter { before[$0] == nil }
    #expect(opened.count == 2)
    for number in opened { #expect(OpenDescriptors.isSafe(Descriptor(number))) }
    _ = source.descriptor
  }
}
