import MioCore
import MioNet
import MioPoll
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// A check finds mistakes with the selectors of the system.
@Suite(.guardingDescriptors)
struct SystemEdgeMistakeTests {
  /// Runs a program until it ends, or until the check has found something and wakes it.
  private func expect<S: Selector & ~Copyable>(
    over type: S.Type, _ text: String, _ mistake: EdgeFinding.Mistake,
    _ body: (
      consuming MistakenProgram<CheckedSelector<S>>, borrowing ConnectedPair<TCPStream>
    ) throws -> Void
  ) throws {
    let stop = Locked<PollWaker?>(nil)
    let check = EdgeCheck(patience: .milliseconds(30)) { _ in
      try? stop.withLock { $0 }?.wake()
    }
    let pair = try Loopback.pair()
    try check.run {
      let poll = try Poll<CheckedSelector<S>>()
      stop.withLock { [waker = try poll.registry.makeWaker(token: 99)] in $0 = waker }
      try body(try MistakenProgram(poll), pair)
    }
    #expect(check.findings.map(\.mistake) == [mistake])
    #expect(
      check.findings.map(\.description)
        == [text.replacing("$", with: "\(pair.first.descriptor)")])
  }

  @Test
  func `an undrained edge is found over a system selector`() throws {
    try expect(over: SystemSelector.self, MistakeText.readOnce, .undrainedEdge) {
      try $0.readOnce($1)
    }
    try expect(over: PollSelector.self, MistakeText.readOnce, .undrainedEdge) {
      try $0.readOnce($1)
    }
  }

  @Test
  func `a wait for a direction that is not registered is found over a system selector`() throws {
    let text = MistakeText.neverRegisterForReading
    try expect(over: SystemSelector.self, text, .unwatchedDirection) {
      try $0.neverRegisterForReading($1)
    }
    try expect(over: PollSelector.self, text, .unwatchedDirection) {
      try $0.neverRegisterForReading($1)
    }
  }

  @Test
  func `a registration that is repeated in every turn is found over a system selector`() throws {
    let text = MistakeText.registerAgainAndAgain
    try expect(over: SystemSelector.self, text, .repeatedRegistration) {
      try $0.registerAgainAndAgain($1)
    }
    try expect(over: PollSelector.self, text, .repeatedRegistration) {
      try $0.registerAgainAndAgain($1)
    }
  }

  @Test
  func `an event that is ignored in every turn is found over a system selector`() throws {
    try expect(over: SystemSelector.self, MistakeText.spin, .ignoredEvent) { try $0.spin($1) }
    try expect(over: PollSelector.self, MistakeText.spin, .ignoredEvent) { try $0.spin($1) }
  }

  // With other selectors, the registration ends when the source is destroyed.
  @Test(.enabled(if: TestedSelector.allCases.contains(.epoll), "it takes epoll"))
  func `an event of a source that was destroyed without deregistering is found`() throws {
    try expect(over: SystemSelector.self, MistakeText.loseSource, .leakedRegistration) {
      try $0.loseSource($1)
    }
  }

  @Test
  func `a source that is still registered when its poll is destroyed is found`() throws {
    try expect(over: SystemSelector.self, MistakeText.leaveSource, .leakedRegistration) {
      try $0.leaveSource($1)
    }
    try expect(over: PollSelector.self, MistakeText.leaveSource, .leakedRegistration) {
      try $0.leaveSource($1)
    }
  }
}
