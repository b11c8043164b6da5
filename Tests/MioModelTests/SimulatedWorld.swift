import MioCore
import MioTestSupport
import TestHelpers

/// A simulation in which operations run.
enum SimulatedWorld: String, CaseIterable, Sendable {
  /// No faults, and no more edges than the contract requires.
  case quiet
  /// Everything that the contract permits: additional edges as with epoll, and short transfers.
  case busy

  private var faults: FaultRates {
    switch self {
    case .quiet: .none
    case .busy: .benign
    }
  }

  /// The behaviour of this selector that the contract permits and does not require.
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
  /// The situations that cannot occur in a simulation.
  static let beyondSimulation: Set<Kind> = [
    .priority, .writerThatCame, .endThatWasNone, .urgentByte, .noUrgentByte, .emptyPieces,
    .descriptor, .reusedNumber, .orphan, .orphanReplaced,
  ]
}
