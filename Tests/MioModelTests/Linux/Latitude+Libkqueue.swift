extension Model.Latitude {
  /// The behaviour of kqueue as libkqueue emulates it: its edges are those of epoll, it can take a
  /// new descriptor for a closed one with the same number, and its query of an error clears the
  /// error.
  static let kqueue = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false, recordsPerSource: 2,
    hintsAreOfDirections: true, knowsPriority: false, noticesClosing: false, replacesNumbers: true,
    leavesErrors: false)
}
