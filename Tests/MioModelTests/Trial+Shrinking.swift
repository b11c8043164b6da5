import MioCore

extension Trial {
  /// Shrinks a sequence that was made at random.
  func shrink(_ failure: Failure) throws -> Failure {
    let seed = failure.seed ?? 1
    guard var shrunk = try run(try shrink(failure.sequence, seed: seed), seed: seed) else {
      // The failure depends on the timing, and not only on the operations.
      let reason = Disagreement("\(failure.reason), but not each time")
      return Failure(seed: failure.seed, sequence: failure.sequence, reason: reason)
    }
    shrunk.seed = failure.seed
    return shrunk
  }

  /// Removes operations, first many at a time and then one by one, while the rest still fails.
  func shrink(_ sequence: [Operation], seed: UInt64 = 1) throws -> [Operation] {
    var sequence = sequence
    var size = sequence.count
    while size >= 1 {
      var isShorter = false
      var start = 0
      while start < sequence.count {
        var rest = sequence
        rest.removeSubrange(start..<min(start + size, rest.count))
        if let failure = try run(rest, seed: seed) {
          sequence = failure.sequence
          isShorter = true
        } else {
          start += size
        }
      }
      if !isShorter || size > 1 { size /= 2 }
    }
    return sequence
  }
}
