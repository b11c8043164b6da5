public import MioCore

/// A failure of a simulation, with the information to reproduce it.
public struct SimulationFailure: Error {
  /// The reason of a failure.
  public enum Reason: Sendable {
    /// A program threw an error.
    case threw(any Error, host: String)
    /// The programs wait, but nothing can happen any more.
    case stuck(waiting: [String])
    /// A program makes calls without end.
    case spins(host: String)
    /// A program that polls a ``CheckedSelector`` makes a mistake.
    case mistake(EdgeFinding)
    /// The time of the run has expired.
    case tooLong(Duration)
    /// The test uses the simulation wrongly.
    case misuse(Misuse)
  }

  /// A wrong use of a simulation, which would otherwise test nothing.
  public enum Misuse: Sendable, Hashable {
    /// ``Simulation/run(for:)`` was called before.
    case secondRun
    /// The scenario of ``Simulation/explore(_:from:faults:reductionLimit:_:)`` did not call
    /// ``Simulation/run(for:)``.
    case noRun
    /// No program was added with ``SimulatedHost/run(after:_:)``, so that there is nothing to wait
    /// for.
    case noProgram
  }

  /// The reason of the failure.
  public let reason: Reason

  /// The seed that reproduces the failure.
  public let seed: UInt64

  /// The virtual time of the failure.
  public let time: Instant

  /// The events before the failure.
  public let trace: Trace

  /// The unfinished work of the programs that poll a ``CheckedSelector``: see ``EdgeCheck/notes``.
  public let notes: [EdgeFinding]

  /// The number of faults that struck, not counting those of ``Simulation/strikeNext(_:count:)``.
  public var faultCount: Int { decisions.count { $0.kind.isFault } }

  /// The number of steps that deviate from the plain order: a program that others overtake, events
  /// in another order, or a segment that takes longer than the shortest time.
  public var stepCount: Int { decisions.count - faultCount }

  /// The faults that struck and the deviations from the plain order.
  let decisions: [Decision]

  init(_ reason: Reason, of simulation: Simulation, _ notes: [EdgeFinding] = []) {
    self.reason = reason
    self.notes = notes
    seed = simulation.seed
    time = simulation.now
    trace = simulation.trace
    decisions = simulation.decisions.made
  }
}

extension SimulationFailure: CustomStringConvertible {
  /// The reason, the seed, and the last forty entries of the trace.
  public var description: String {
    """
    \(([reason.description] + leftUndone).joined(separator: "\n"))
    seed \(seed), after \(faultCount) faults and \(stepCount) steps out of order; the last that happened:
    \(trace.entries.suffix(40).map { "  \($0)" }.joined(separator: "\n"))
    """
  }
}

extension SimulationFailure {
  /// The notes that add information to the reason.
  private var leftUndone: [String] {
    notes.filter { note in
      if case .mistake(let finding) = reason { return !finding.isAbout(note) }
      return true
    }.map { "left undone: \($0)" }
  }
}

extension SimulationFailure.Reason: CustomStringConvertible {
  /// The reason in one sentence.
  public var description: String {
    switch self {
    case .threw(let error, let host): "A program on \(host) threw: \(error)"
    case .stuck(let waiting): "Nothing more can happen: \(waiting.joined(separator: ", "))"
    case .spins(let host): "A program on \(host) makes calls without end"
    case .mistake(let finding): "\(finding)"
    case .tooLong(let duration): "The programs are not done after \(duration)"
    case .misuse(.secondRun): "The simulation has already run"
    case .misuse(.noRun): "The scenario did not run its simulation"
    case .misuse(.noProgram): "The simulation has no program to wait for"
    }
  }
}
