import TestHelpers

extension TestedSelector {
  /// The behaviour of this selector that the contract permits and does not require.
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
