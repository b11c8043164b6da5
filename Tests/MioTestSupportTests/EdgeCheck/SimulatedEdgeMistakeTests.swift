import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// A simulation fails if a program makes a mistake with its edges.
@Suite(.guardingDescriptors)
struct SimulatedEdgeMistakeTests {
  private typealias Program = MistakenProgram<CheckedSelector<SimulatedSelector>>
  private typealias Pair = ConnectedPair<SimulatedStream>

  /// A pair that a test keeps open for as long as it needs.
  private final class KeptPair: @unchecked Sendable {
    // Safety of `@unchecked`: a simulation runs on one thread at a time.

    let pair: Pair

    init() throws(IOError) { pair = try SimulatedStream.pair() }
  }

  private func expect(
    _ text: String, _ mistake: EdgeFinding.Mistake, _ direction: Direction? = nil,
    _ body: @escaping (consuming Program, borrowing Pair) throws -> Void
  ) throws {
    let failure = try #require(throws: SimulationFailure.self) {
      try Simulation.explore(1) { simulation in
        var kept: KeptPair?
        simulation.addHost("host").run {
          let pair = try KeptPair()
          kept = pair
          try body(try Program(try Poll()), pair.pair)
        }
        try simulation.run()
        _ = kept?.pair.first.descriptor
      }
    }
    guard case .mistake(let finding) = failure.reason else {
      Issue.record("\(failure)")
      return
    }
    #expect(finding.mistake == mistake)
    #expect(finding.direction == direction)
    #expect(finding.host == "host")
    #expect(finding.description == text.replacing("$", with: "source 1 on host"))
    #expect(failure.description.hasPrefix(finding.description))
  }

  @Test
  func `an undrained edge is found in a simulation`() throws {
    try expect(MistakeText.readOnce, .undrainedEdge, .readable) { try $0.readOnce($1) }
  }

  @Test
  func `a wait for a direction that is not registered is found in a simulation`() throws {
    try expect(MistakeText.neverRegisterForReading, .unwatchedDirection, .readable) {
      try $0.neverRegisterForReading($1)
    }
  }

  @Test
  func `a registration that is repeated in every turn is found in a simulation`() throws {
    try expect(MistakeText.registerAgainAndAgain, .repeatedRegistration) {
      try $0.registerAgainAndAgain($1)
    }
  }

  @Test
  func `an event that is ignored in every turn is found in a simulation`() throws {
    try expect(MistakeText.spin, .ignoredEvent, .writable) { try $0.spin($1) }
  }

  @Test
  func `a source that is destroyed without deregistering is found in a simulation`() throws {
    try expect(MistakeText.loseSource, .leakedRegistration) { try $0.loseSource($1) }
  }

  @Test
  func `a source that is still registered when its poll is destroyed is found in a simulation`()
    throws
  {
    try expect(MistakeText.leaveSource, .leakedRegistration) { try $0.leaveSource($1) }
  }

  @Test
  func `a simulation ends when a program makes a mistake`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    host.run { try Program(try Poll()).spin(try SimulatedStream.pair()) }
    host.run(after: .seconds(1000)) {}
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    #expect(failure.time < Instant(nanoseconds: 1_000_000_000) + .seconds(1))
  }

  @Test
  func `the description of another failure contains the unfinished work`() throws {
    let simulation = Simulation(seed: 1)
    let host = simulation.addHost("host")
    host.serve {
      let pair = try SimulatedStream.pair()
      let program = try Program(try Poll())
      try program.readOnce(pair)
    }
    host.run(after: .seconds(1)) { throw IOError(.timedOut, operation: .poll) }
    let failure = try #require(throws: SimulationFailure.self) { try simulation.run() }
    #expect(failure.notes.map(\.mistake) == [.undrainedEdge])
    let text = MistakeText.readOnce.replacing("$", with: "source 1 on host")
    #expect(failure.description.contains("left undone: \(text)"))
  }
}
