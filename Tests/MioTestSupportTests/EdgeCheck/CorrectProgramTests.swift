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
  /// Runs a program that waits for longer than the patience of the check.
  ///
  /// - Returns: The findings and notes of the check during the wait.
  private func check(
    interest: Interest = [.readable, .writable],
    _ body: (borrowing ConnectedPair<TCPStream>) throws -> Void
  ) throws -> (findings: [EdgeFinding], notes: [EdgeFinding]) {
    try check(over: SystemSelector.self, patience: .milliseconds(20), interest, body) {
      poll, events in
      try self.wait(for: .milliseconds(100), &poll, &events)
    }
  }

  /// Waits without a timeout, until another thread wakes the poll after some time.
  private func wait<S: Selector & ~Copyable>(
    for time: Duration, _ poll: inout Poll<CheckedSelector<S>>,
    _ events: inout Events<CheckedSelector<S>>
  ) throws {
    let waker = try poll.registry.makeWaker(token: 99)
    let thread = TestThread {
      guard var clock = try? Poll<SystemSelector>(),
        var none = try? Events<SystemSelector>(capacity: 1)
      else { return }
      try? clock.poll(into: &none, timeout: time)
      try? waker.wake()
    }
    defer { thread.join() }
    repeat {
      try poll.poll(into: &events)
    } while !events.contains { $0.token == 99 }
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
  func `a program that cannot write may leave unread data`() throws {
    let (findings, notes) = try check { pair in
      let bytes = [UInt8](repeating: 1, count: 1 << 20)
      while try pair.first.write(bytes.span) != nil {}
      _ = try pair.second.write(bytes.span.extracting(..<10))
    }
    #expect(findings.isEmpty)
    #expect(notes.map(\.mistake) == [.undrainedEdge])
  }

  @Test
  func `a program that has read to the end of the stream may wait`() throws {
    let (findings, notes) = try check { pair in
      try pair.second.shutdown(.write)
      while try pair.first.receive() != [] {}
    }
    #expect(findings.isEmpty)
    #expect(notes.isEmpty)
  }

  @Test
  func `a program that has written all its data need not write until it would block`() throws {
    let (findings, notes) = try check { pair in
      while try pair.first.receive() != nil {}
      _ = try pair.first.write([1, 2, 3].span)
    }
    #expect(findings.isEmpty)
    #expect(notes.isEmpty)
  }

  @Test
  func `a program may wait for a direction that would block`() throws {
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
  func `a program that is woken repeatedly is not idle`() throws {
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
  func `a program that polls without blocking between its waits is not idle`() throws {
    try checkLeaving(over: SystemSelector.self) { poll, events in
      try poll.poll(into: &events, timeout: .zero)
      try self.wait(for: .milliseconds(1), &poll, &events)
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
  func `a program that performs an operation in every turn ignores no event`() throws {
    let findings = try checkTurns(mode: .level) { _, pair in
      _ = try pair.second.write([1, 2, 3].span)
      _ = try pair.first.receive(upTo: 1)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `a program that leaves an edge may receive it repeatedly`() throws {
    let findings = try checkTurns(mode: .edge) { _, pair in
      _ = try pair.second.write([1, 2, 3].span)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `a program may repeat a registration if it performs an operation in between`() throws {
    let findings = try checkTurns(mode: .edge) { registry, pair in
      _ = try pair.first.receive()
      try registry.reregister(pair.first, token: 1, interest: .readable)
    }
    #expect(findings.isEmpty)
  }

  @Test
  func `a program may change the interest of a registration in every turn`() throws {
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
  func `a token may be reused after its source was destroyed`() throws {
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
  func `a program that waits with a timeout may wait longer than the patience of the check`() throws
  {
    let check = EdgeCheck(patience: .milliseconds(1))
    let pair = try Loopback.pair()
    var poll = try check.makePoll(over: SystemSelector.self)
    var events = try Events<CheckedSelector<SystemSelector>>(capacity: 4)
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    _ = try pair.second.write([1, 2, 3].span)
    try poll.poll(into: &events)
    for _ in 0..<3 { try poll.poll(into: &events, timeout: .milliseconds(30)) }
    #expect(check.findings.isEmpty)
    #expect(check.notes.count == 1)
  }

  @Test
  func `a check without patience allows waits without a limit`() throws {
    let check = EdgeCheck(patience: nil)
    let pair = try Loopback.pair()
    var program = try MistakenProgram(try check.makePoll(over: SystemSelector.self))
    try program.poll.registry.register(pair.first, token: 1, interest: .readable)
    _ = try pair.second.write([1, 2, 3].span)
    try program.poll.poll(into: &program.events)
    try wait(for: .milliseconds(50), &program.poll, &program.events)
    #expect(check.findings.isEmpty)
  }

  @Test
  func `a program that drops data that it cannot send makes no mistake`()
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
  func `a source may be registered with another poll after its poll was destroyed`() throws {
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
  func `a registration through a duplicate of the registry is checked`() throws {
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
