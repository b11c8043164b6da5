import MioCore
import MioTestSupport
import TestHelpers

/// A simulation in which operations run.
enum SimulatedWorld: String, CaseIterable, Sendable {
  /// Nothing goes wrong, and edges tell what they must.
  case quiet
  /// All happens that the contract allows: edges tell more, as epoll's do, and transfers take less.
  case busy

  private var faults: FaultRates {
    switch self {
    case .quiet: .none
    case .busy: .benign
    }
  }

  /// What of the contract's latitude it takes.
  var latitude: Model.Latitude {
    Model.Latitude(
      edgesTellEverything: self == .busy, signalsTakeRoom: false, hangUpsAreFinal: false,
      transfersMayBeShort: self == .busy)
  }

  /// Runs a program in a world that a seed decides.
  fileprivate func run(seed: UInt64, _ program: @escaping () throws -> Void) throws {
    let simulation = Simulation(seed: seed, faults: faults)
    simulation.callLimit = .max
    simulation.addHost(SimulatedConnections.host).run(program)
    try simulation.run(for: .seconds(1_000_000))
  }
}

extension Trial {
  /// A trial of the simulated selector.
  init(of world: SimulatedWorld) {
    let latitude = world.latitude
    let knowledge = ChannelKnowledge(isComplete: true, unreadResets: true)
    self.init(latitude, knowledge) { () throws(IOError) in
      try World(latitude, knowledge, SimulatedConnections()) { () throws(IOError) in
        try makeSimulatedPoll()
      }
    } run: { seed, program in
      try world.run(seed: seed, program)
    }
  }
}

extension Encounters {
  /// What cannot be met with in a simulation.
  static let beyondSimulation: Set<Kind> = [
    .priority, .writerThatCame, .endThatWasNone, .urgentByte, .noUrgentByte, .emptyPieces,
    .descriptor, .reusedNumber, .orphan, .orphanReplaced,
  ]
}
