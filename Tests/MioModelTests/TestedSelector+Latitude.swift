import TestHelpers

extension TestedSelector {
  /// What of the contract's latitude it takes.
  var latitude: Model.Latitude {
    switch self {
    case .epoll: .epoll
    case .kqueue: .kqueue
    case .poll, .afd: .emulatedEdges
    }
  }
}

extension Model.Latitude {
  static let epoll = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false)

  static let emulatedEdges = Model.Latitude(
    edgesTellEverything: false, signalsTakeRoom: false, hangUpsAreFinal: true)
}
