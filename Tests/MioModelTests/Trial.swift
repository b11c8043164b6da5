import MioCore
import TestHelpers

/// A trial, which runs sequences of operations on one selector.
///
/// Each sequence has its own world.
struct Trial {
  let latitude: Model.Latitude
  let knowledge: ChannelKnowledge
  private let makeWorld: () throws(IOError) -> World
  /// Runs a function in an environment that a seed may influence.
  private let run: (UInt64, @escaping () throws -> Void) throws -> Void

  init(
    _ latitude: Model.Latitude,
    _ knowledge: ChannelKnowledge = ChannelKnowledge.ofThisSystem[0],
    makePoll: @escaping () throws(IOError) -> any TestPoll
  ) throws(IOError) {
    let connections = try SystemConnections()
    self.init(latitude, knowledge) { () throws(IOError) in
      try World(latitude, knowledge, connections, makePoll: makePoll)
    } run: { _, body in
      try body()
    }
  }

  init(
    _ latitude: Model.Latitude, _ knowledge: ChannelKnowledge,
    makeWorld: @escaping () throws(IOError) -> World,
    run: @escaping (UInt64, @escaping () throws -> Void) throws -> Void
  ) {
    self.latitude = latitude
    self.knowledge = knowledge
    self.makeWorld = makeWorld
    self.run = run
  }

  init(
    of selector: TestedSelector,
    _ knowledge: ChannelKnowledge = ChannelKnowledge.ofThisSystem[0]
  ) throws(IOError) {
    try self.init(selector.latitude, knowledge) { () throws(IOError) in
      try selector.makeLosslessPoll()
    }
  }

  /// Runs a sequence.
  ///
  /// - Returns: The disagreement with the model, or `nil` if there is none.
  func run(_ sequence: [Operation], seed: UInt64 = 1) throws -> Failure? {
    var failure: Failure?
    try run(seed) {
      let world = try makeWorld()
      for (index, operation) in sequence.enumerated() {
        do throws(Disagreement) {
          try world.run(operation)
        } catch {
          failure = Failure(sequence: Array(sequence[...index]), reason: error)
          return
        }
      }
    }
    return failure
  }

  /// Runs sequences of random operations until this number of operations was possible.
  ///
  /// - Parameters:
  ///   - total: The number of operations.
  ///   - seed: The seed of the first sequence. Each sequence has the next seed.
  ///   - willRun: Called with each seed before its sequence, in case the sequence ends the process.
  /// - Returns: The disagreements with the model, reduced, and the situations that the run has met.
  /// - Throws: An error if the selector or a channel cannot be created.
  func search(
    _ total: Int, seed: UInt64, willRun: (UInt64) -> Void = { _ in }
  ) throws -> (Failure?, Encounters) {
    var encounters = Encounters()
    var count = 0
    var seed = seed
    while count < total {
      willRun(seed)
      var failure: Failure?
      try run(seed) {
        let world = try makeWorld()
        failure = self.run(on: world, seed: seed)
        encounters.add(world.model.encounters)
        count += world.count
      }
      if let failure { return (try shrink(failure), encounters) }
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
}
