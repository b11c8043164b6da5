import TestHelpers

extension TestedSelector {
  /// What of the contract's latitude it takes.
  var latitude: Model.Latitude {
    switch self {
    case .epoll: .epoll
    case .kqueue: .libkqueue
    case .poll, .afd: .emulatedEdges
    }
  }
}

extension Model.Latitude {
  static let epoll = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false)

  static let emulatedEdges = Model.Latitude(
    edgesTellEverything: false, signalsTakeRoom: false, hangUpsAreFinal: true)

  /// What kqueue may do, together with what libkqueue makes of it: edges are epoll's, numbers that were
  /// closed are confused with their successors, and looking at an error takes it.
  static let libkqueue = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false, recordsPerSource: 2,
    hintsAreOfDirections: true, knowsPriority: false, noticesClosing: false, replacesNumbers: true,
    leavesErrors: false)
}
