public import MioCore

/// What went wrong in a simulation, and how to see it again.
public struct SimulationFailure: Error {
  /// What went wrong.
  public enum Reason: Sendable {
    /// A program threw.
    case threw(any Error, host: String)
    /// Programs wait for what never comes.
    case stuck(waiting: [String])
    /// A program makes calls without end.
    case spins(host: String)
    /// A program that polls a ``CheckedSelector`` makes a mistake.
    case mistake(EdgeFinding)
    /// The time that was given is over.
    case tooLong(Duration)
  }

  /// What went wrong.
  public let reason: Reason

  /// The seed that makes it happen again.
  public let seed: UInt64

  /// When it happened, in virtual time.
  public let time: Instant

  /// What happened before.
  public let trace: Trace

  /// What programs that poll a ``CheckedSelector`` had left undone: see ``EdgeCheck/notes``.
  public let notes: [EdgeFinding]

  /// How many faults struck.
  public var faultCount: Int { strikes.count }

  let strikes: [FaultStrike]

  /// How many calls programs made.
  let callCount: Int

  init(_ reason: Reason, of simulation: Simulation, _ notes: [EdgeFinding] = []) {
    self.reason = reason
    self.notes = notes
    seed = simulation.seed
    time = simulation.now
    trace = simulation.trace
    strikes = simulation.faults.struck
    callCount = simulation.callCount
  }
}

extension SimulationFailure: CustomStringConvertible {
  /// The reason, the seed, and the last forty entries of the trace.
  public var description: String {
    """
    \(([reason.description] + leftUndone).joined(separator: "\n"))
    seed \(seed), after \(faultCount) faults; the last that happened:
    \(trace.entries.suffix(40).map { "  \($0)" }.joined(separator: "\n"))
    """
  }
}

extension SimulationFailure {
  /// Notes that say more than the reason does.
  private var leftUndone: [String] {
    notes.filter { note in
      if case .mistake(let finding) = reason { return !finding.isAbout(note) }
      return true
    }.map { "left undone: \($0)" }
  }
}

extension SimulationFailure.Reason: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .threw(let error, let host): "A program on \(host) threw: \(error)"
    case .stuck(let waiting): "Nothing more can happen: \(waiting.joined(separator: ", "))"
    case .spins(let host): "A program on \(host) makes calls without end"
    case .mistake(let finding): "\(finding)"
    case .tooLong(let duration): "The programs are not done after \(duration)"
    }
  }
}
