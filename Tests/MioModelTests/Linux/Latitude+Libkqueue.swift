extension Model.Latitude {
  /// What kqueue may do, together with what libkqueue makes of it: edges are epoll's, numbers that
  /// were closed are confused with their successors, and looking at an error takes it.
  static let kqueue = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false, recordsPerSource: 2,
    hintsAreOfDirections: true, knowsPriority: false, noticesClosing: false, replacesNumbers: true,
    leavesErrors: false)
}
