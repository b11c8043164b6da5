import MioCore
import TestHelpers

/// Runs sequences of operations on one selector, each in a world of its own.
struct Trial {
  let latitude: Model.Latitude
  let makePoll: () throws(IOError) -> any TestPoll
  private let connections: Connections

  init(
    _ latitude: Model.Latitude, makePoll: @escaping () throws(IOError) -> any TestPoll
  ) throws(IOError) {
    self.latitude = latitude
    self.makePoll = makePoll
    connections = try Connections()
  }

  init(of selector: TestedSelector) throws(IOError) {
    try self.init(selector.latitude) { () throws(IOError) in try selector.makePoll() }
  }

  /// Runs a sequence.
  ///
  /// - Returns: Where it disagrees with the model and how, `nil` if it does not.
  func run(_ sequence: [Operation]) throws(IOError) -> Failure? {
    let world = try World(latitude, connections, makePoll: makePoll)
    for (index, operation) in sequence.enumerated() {
      do throws(Disagreement) {
        try world.run(operation)
      } catch {
        return Failure(sequence: Array(sequence[...index]), reason: error)
      }
    }
    return nil
  }

  /// Runs sequences of random operations until so many made sense.
  ///
  /// - Parameters:
  ///   - total: How many.
  ///   - seed: The seed of the first sequence; each has the next one.
  ///   - willRun: Is told each seed beforehand, for sequences that end the process.
  /// - Returns: Where they disagree with the model, shrunk; and what was met with.
  /// - Throws: ``IOError`` if there is no selector or no channel to be had.
  func search(
    _ total: Int, seed: UInt64, willRun: (UInt64) -> Void = { _ in }
  ) throws(IOError) -> (Failure?, Encounters) {
    var encounters = Encounters()
    var count = 0
    var seed = seed
    while count < total {
      willRun(seed)
      let world = try World(latitude, connections, makePoll: makePoll)
      if let failure = run(on: world, seed: seed) {
        return (try shrink(failure), encounters)
      }
      encounters.add(world.model.encounters)
      count += world.count
      seed += 1
    }
    return (nil, encounters)
  }

  private func run(on world: World, seed: UInt64) -> Failure? {
    var generator = OperationGenerator(seed: seed)
    var sequence: [Operation] = []
    while sequence.count < 500 {
      sequence.append(generator.next())
      do throws(Disagreement) {
        try world.run(sequence[sequence.count - 1])
      } catch {
        return Failure(seed: seed, sequence: sequence, reason: error)
      }
    }
    return nil
  }

  private func shrink(_ failure: Failure) throws(IOError) -> Failure {
    var shrunk = failure
    shrunk.sequence = try shrink(failure.sequence)
    shrunk.reason = try run(shrunk.sequence)?.reason ?? failure.reason
    return shrunk
  }

  /// Drops operations, many at a time and then one by one, for as long as the rest still fails.
  func shrink(_ sequence: [Operation]) throws(IOError) -> [Operation] {
    var sequence = sequence
    var size = sequence.count
    while size >= 1 {
      var isShorter = false
      var start = 0
      while start < sequence.count {
        var rest = sequence
        rest.removeSubrange(start..<min(start + size, rest.count))
        if let failure = try run(rest) {
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
    return "\(reason)\nseed \(seed.map(String.init) ?? "none"), shrunk to:\n[\n\(lines)\n]"
  }
}

extension TestedSelector {
  /// What of the contract's latitude it takes.
  var latitude: Model.Latitude {
    switch self {
    case .epoll: Model.Latitude(edgesTellEverything: true, signalsTakeRoom: true)
    case .poll: Model.Latitude(edgesTellEverything: false, signalsTakeRoom: false)
    case .kqueue: Model.Latitude(edgesTellEverything: true, signalsTakeRoom: true)
    }
  }
}
