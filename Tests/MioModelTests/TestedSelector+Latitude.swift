import TestHelpers

extension TestedSelector {
  /// What of the contract's latitude it takes.
  var latitude: Model.Latitude {
    switch self {
    case .epoll: Model.Latitude(edgesTellEverything: true, signalsTakeRoom: true)
    case .poll, .afd: Model.Latitude(edgesTellEverything: false, signalsTakeRoom: false)
    case .kqueue: Model.Latitude(edgesTellEverything: true, signalsTakeRoom: true)
    }
  }
}
