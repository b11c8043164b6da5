import MioCore

/// A search for the smallest failure that resembles another one.
///
/// Each decision of a seed is independent of the others. So a run can be repeated with some of its
/// faults and deviations, and with no others.
struct FailureReduction {
  private let original: SimulationFailure
  private let run: (DecisionSelection) -> SimulationFailure?
  // The limits count runs instead of time, so that a seed gives the same result on every machine.
  private var runsLeft: Int
  private static let sampleCount = 1200

  /// Creates a search.
  ///
  /// - Parameters:
  ///   - failure: The original failure.
  ///   - limit: The largest number of runs.
  ///   - run: Repeats the run of the failure with other decisions.
  init(
    _ failure: SimulationFailure, limit: Int,
    _ run: @escaping (DecisionSelection) -> SimulationFailure?
  ) {
    original = failure
    runsLeft = max(0, limit)
    self.run = run
  }

  /// Returns the failure with the fewest faults and steps out of order.
  ///
  /// The decisions of the seed may contain no small set that leads to the failure. The search
  /// therefore also begins at random samples of few decisions.
  mutating func smallest() -> SimulationFailure {
    if let plain = repeated(.only([])) { return plain }
    var best = minimized(original)
    for number in 0..<Self.sampleCount where best.decisions.count > 1 {
      let share = [0.02, 0.05, 0.1, 0.2][number % 4]
      guard let sample = repeated(.sample(share: share, number: number)) else { continue }
      let other = minimized(sample)
      if other.size < best.size { best = other }
    }
    return best
  }

  /// Excludes smaller and smaller parts of the decisions, or everything except one part (delta
  /// debugging).
  private mutating func minimized(_ failure: SimulationFailure) -> SimulationFailure {
    var best = failure
    func keep(_ decisions: [Decision], _ search: inout Self) -> Bool {
      guard let other = search.repeated(.only(Set(decisions))), other.size < best.size else {
        return false
      }
      best = other
      return true
    }
    for kind in Decision.Kind.allCases where best.decisions.contains(where: { $0.kind == kind }) {
      _ = keep(best.decisions.filter { $0.kind != kind }, &self)
    }
    var partCount = 2
    while best.decisions.count > 1 {
      let decisions = best.decisions
      let size = (decisions.count + partCount - 1) / partCount
      let starts = stride(from: 0, to: decisions.count, by: size).reversed()
      let parts = starts.map { $0..<min($0 + size, decisions.count) }
      if parts.count > 2, parts.contains(where: { keep(Array(decisions[$0]), &self) }) {
        partCount = 2
      } else if parts.contains(where: { keep(decisions.without($0), &self) }) {
        partCount = max(2, partCount - 1)
      } else if size > 1 {
        partCount = min(2 * partCount, decisions.count)
      } else {
        break
      }
    }
    return best
  }

  /// Repeats the run with other decisions.
  ///
  /// - Returns: The failure, or `nil` if the run does not fail in the same way.
  private mutating func repeated(_ selection: DecisionSelection) -> SimulationFailure? {
    guard runsLeft > 0 else { return nil }
    runsLeft -= 1
    guard let failure = run(selection), failure.reason.isLike(original.reason) else { return nil }
    return failure
  }
}

extension Array {
  fileprivate func without(_ range: Range<Int>) -> [Element] {
    Array(self[..<range.lowerBound] + self[range.upperBound...])
  }
}

extension SimulationFailure {
  fileprivate var size: (Int, Int, Int) { (faultCount, stepCount, trace.count) }
}

extension SimulationFailure.Reason {
  /// Whether both failures are of the same kind.
  fileprivate func isLike(_ other: Self) -> Bool {
    switch (self, other) {
    case (.threw(let error, let host), .threw(let otherError, let otherHost)):
      host == otherHost && type(of: error) == type(of: otherError)
        && (error as? IOError)?.kind == (otherError as? IOError)?.kind
    case (.stuck, .stuck), (.spins, .spins), (.tooLong, .tooLong): true
    case (.misuse(let mine), .misuse(let other)): mine == other
    case (.mistake(let mine), .mistake(let theirs)): mine.mistake == theirs.mistake
    default: false
    }
  }
}
