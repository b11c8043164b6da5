import TestHelpers

extension TestedSelector {
  /// What of the contract's latitude it takes.
  var latitude: Model.Latitude {
    switch self {
    case .epoll, .kqueue:
      Model.Latitude(edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false)
    case .poll, .afd:
      Model.Latitude(edgesTellEverything: false, signalsTakeRoom: false, hangUpsAreFinal: true)
    }
  }
}
