import MioKqueue

extension Model.Latitude {
  /// What the systems' kqueues may do, all together.
  static let kqueue = Model.Latitude(
    edgesTellEverything: true, signalsTakeRoom: true, hangUpsAreFinal: false,
    recordsPerSource: hasExceptions ? 3 : 2, hintsAreOfDirections: true,
    knowsPriority: hasExceptions, replacesNumbers: true)

  private static var hasExceptions: Bool { SystemKqueueCalls().features.contains(.exceptions) }
}
