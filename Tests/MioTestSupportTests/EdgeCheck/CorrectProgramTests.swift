import MioCore
import MioNet
import MioPoll
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// A check finds nothing in correct programs.
@Suite(.guardingDescriptors)
struct CorrectProgramTests {
  /// Lets a program wait for longer than the patience lasts.
  ///
  /// - Returns: The findings and notes of the check during the wait.
  private func check(
    interest: Interest = [.readable, .writable],
    _ body: (borrowing ConnectedPair<TCPStream>) throws -> Void
  ) throws -> (findings: [EdgeFinding], notes: [EdgeFinding]) {
    try check(over: SystemSelector.self, patience: .milliseconds(20), interest, body) {
      poll, events in
      try poll.poll(into: &events, timeout: .milliseconds(100))
    }
  }

  private func check<S: Selector & ~Copyable>(
    over type: S.Type, patience: Duration, _ interest: Interest = [.readable, .writable],
    _ body: (borrowing ConnectedPair<TCPStream>) throws -> Void,
    wait: (inout Poll<CheckedSelector<S>>, inout Events<CheckedSelector<S>>) throws -> Void
  ) throws -> (findings: [EdgeFinding], notes: [EdgeFinding]) {
    let check = EdgeCheck(patience: patience)
    let pair = try Loopback.pair()
    var poll = try check.makePoll(over: S.self)
    var events = try Events<CheckedSelector<S>>(capacity: 4)
    try poll.registry.register(pair.first, token: 1, interest: interest)
    try body(pair)
    try poll.poll(into: &events)
    try wait(&poll, &events)
    return (check.findings, check.notes)
  }

  @Test
  func `who has no room to write may leave what there is to read`() throws {
    let (findings, notes) = try check { pair in
      let bytes = [UInt8](repeating: 1, count: 1 << 20)
      while try pair.first.write(bytes.span) != nil {}
      _ = try pair.second.write(bytes.span.extracting(..<10))
    }
    #expect(findings.isEmpty)
    #expect(notes.map(\.mistake) == [.undrainedEdge])
  }

  @Test
  func `who has read to the end may wait`() throws {
    let (findings, notes) = try check { pair in
      try pair.second.shutdown(.write)
      while try pair.first.receive() != [] {}
    }
    #expect(findings.isEmpty)
    #expect(notes.isEmpty)
  }

  @Test
  func `who has written all need not write until it would block`() throws {
    let (findings, notes) = try check { pair in
      while try pair.first.receive() != nil {}
      _ = try pair.first.write([1, 2, 3].span)
    }
    #expect(findings.isEmpty)
    #expect(notes.isEmpty)
  }

  @Test
  func `who tried a direction that cannot go on yet may wait`() throws {
    let (findings, _) = try check(interest: .writable) { pair in
      while try pair.first.receive() != nil {}
    }
    #expect(findings.isEmpty)
  }

  /// Lets a program leave an edge, and repeat another action.
  private func checkLeaving<S: Selector & ~Copyable>(
    over type: S.Type,
    _ turn: (inout Poll<CheckedSelector<S>>, inout Events<CheckedSelector<S>>) throws -> Void
  ) throws {
    let (findings, notes) = try check(
      over: S.self, patience: .milliseconds(300)
    ) { pair in
      _ = try pair.second.write([1, 2, 3].span)
    } wait: { poll, events in
      let end = poll.now + .milliseconds(700)
      while poll.now < end { try turn(&poll, &events) }
    }
    #expect(findings.isEmpty)
    #expect(notes.map(\.mistake) == [.undrainedEdge])
  }

  @Test
  func `who is woken again and again is not silent`() throws {
    func expect<S: Selector & ~Copyable>(over type: S.Type) throws {
      try checkLeaving(over: S.self) { poll, events in
        let waker = try poll.registry.makeWaker(token: 2)
        let thread = TestThread { try? waker.wake() }
        try poll.poll(into: &events)
        thread.join()
      }
    }
    try expect(over: SystemSelector.self)
    try expect(over: PollSelector.self)
  }

  @Test
  func `who polls without blocking between its waits is not silent`() throws {
    try checkLeaving(over: SystemSelector.self) { poll, events in
      try poll.poll(into: &events, timeout: .zero)
      try poll.poll(into: &events, timeout: .milliseconds(1))
    }
  }

  /// Runs a program for many turns.
  private func checkTurns(
    mode: TriggerMode,
    _ turn: (
      borrowing Registry<CheckedSelector<SystemSelector>>, borrowing ConnectedPair<TCPStream>
    ) throws -> Void
  ) throws -> [EdgeFinding] {
    let check = EdgeCheck(repetitionLimit: 10)
    let pair = try Loopback.pair()
    var poll = try check.makePoll(over: SystemSelector.self)
    var events = try Events<CheckedSelector<SystemSelector>>(capacity: 4)
    try poll.registry.register(pair.first, token: 1, interest: .readable, mode: mode)
    for _ in 0..<30 {
      try turn(poll.registry, pair)
      try poll.poll(into: &events, timeout: .milliseconds(1))
    }
    return check.findings
  }

  @Test
  func `who operates in every turn is not told in vain`() throws {
    let findings = try checkTurns(mode: .level) { _, pair in
      _ = try pair.second.write([1, 2, 3].span)
      _ = try pair.first.receive(upTo: 1)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `who leaves an edge may be told of it again and again`() throws {
    let findings = try checkTurns(mode: .edge) { _, pair in
      _ = try pair.second.write([1, 2, 3].span)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `who operates between two registrations of the same may make them`() throws {
    let findings = try checkTurns(mode: .edge) { registry, pair in
      _ = try pair.first.receive()
      try registry.reregister(pair.first, token: 1, interest: .readable)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `who registers for something else in every turn may do so`() throws {
    var isWriting = false
    let findings = try checkTurns(mode: .oneShot) { registry, pair in
      isWriting.toggle()
      try registry.reregister(
        pair.first, token: 1, interest: isWriting ? [.readable, .priority] : .readable,
        mode: .oneShot)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `a source that goes makes room for another with its token`() throws {
    let check = EdgeCheck()
    var poll = try check.makePoll(over: SystemSelector.self)
    var events = try Events<CheckedSelector<SystemSelector>>(capacity: 4)
    for _ in 0..<3 {
      let pair = try Loopback.pair()
      try poll.registry.register(pair.first, token: 1, interest: .readable)
      _ = try pair.second.write([1, 2, 3].span)
      try poll.poll(into: &events)
      #expect(events.map(\.token) == [1])
    }
    #expect(check.findings.isEmpty)
  }

  @Test
  func `a wait that ends before the patience does is no silence`() throws {
    let check = EdgeCheck(patience: .seconds(1000))
    let pair = try Loopback.pair()
    var poll = try check.makePoll(over: SystemSelector.self)
    var events = try Events<CheckedSelector<SystemSelector>>(capacity: 4)
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    _ = try pair.second.write([1, 2, 3].span)
    try poll.poll(into: &events)
    for _ in 0..<3 { try poll.poll(into: &events, timeout: .milliseconds(5)) }
    #expect(check.findings.isEmpty)
    #expect(check.notes.count == 1)
  }

  @Test
  func `a check without patience waits for ever`() throws {
    let check = EdgeCheck(patience: nil)
    let pair = try Loopback.pair()
    var program = try MistakenProgram(try check.makePoll(over: SystemSelector.self))
    try program.poll.registry.register(pair.first, token: 1, interest: .readable)
    _ = try pair.second.write([1, 2, 3].span)
    try program.poll.poll(into: &program.events)
    try program.poll.poll(into: &program.events, timeout: .milliseconds(50))
    #expect(check.findings.isEmpty)
  }

  @Test
  func `who drops what cannot be sent, and is told of the rest, makes no mistake in a simulation`()
    throws
  {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    host.serve {
      let pair = try SimulatedStream.pair()
      var poll = try Poll<CheckedSelector<SimulatedSelector>>()
      var events = try Events<CheckedSelector<SimulatedSelector>>(capacity: 4)
      try poll.registry.register(pair.first, token: 1, interest: .readable)
      while try pair.first.write([UInt8](repeating: 0, count: 1000).span) != nil {}
      while try pair.second.receive() != nil {}
      while true { try poll.poll(into: &events) }
    }
    host.run(after: .seconds(100)) {}
    try simulation.run()
  }

  @Test
  func `a source may go to another poll`() throws {
    let check = EdgeCheck()
    let pair = try Loopback.pair()
    do {
      let poll = try check.makePoll(over: SystemSelector.self)
      try poll.registry.register(pair.first, token: 1, interest: .readable)
    }
    let poll = try check.makePoll(over: PollSelector.self)
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    #expect(check.findings.isEmpty)
  }

  @Test
  func `a duplicate registers for the poll that is checked`() throws {
    let check = EdgeCheck()
    let pair = try Loopback.pair()
    var poll = try check.makePoll(over: SystemSelector.self)
    var events = try Events<CheckedSelector<SystemSelector>>(capacity: 4)
    let duplicate = try poll.registry.duplicate()
    try duplicate.register(pair.first, token: 1, interest: .writable)
    try poll.poll(into: &events)
    #expect(events.map(\.token) == [1])
    try duplicate.deregister(pair.first)
    #expect(check.findings.isEmpty)
  }
}
