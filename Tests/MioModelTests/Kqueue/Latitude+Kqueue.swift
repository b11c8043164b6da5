import MioKqueue

extension Model.Latitude {
  /// All behaviour that the contract permits and that the kqueue of at least one system has.
  static let kqueue = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false,
    recordsPerSource: hasExceptions ? 3 : 2, hintsAreOfDirections: true,
    knowsPriority: hasExceptions, replacesNumbers: true)

  private static var hasExceptions: Bool { SystemKqueueCalls().features.contains(.exceptions) }
}
