/// A sequence that disagrees with the model.
struct Failure {
  /// The seed, if it was made at random.
  var seed: UInt64?
  var sequence: [Operation]
  var reason: Disagreement
}

extension Failure: CustomStringConvertible {
  /// The sequence as it can be added to `ReplayedSequences`.
  var description: String {
    let lines = sequence.map { "  \($0)," }.joined(separator: "\n")
    let origin = seed.map { "seed \($0) (scripts/check-model 1 \($0) runs it again)" } ?? "no seed"
    return "\(reason)\n\(origin), shrunk to:\n[\n\(lines)\n]"
  }
}
