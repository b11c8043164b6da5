public import Testing

/// What a system may lack, so that a test can show nothing there.
public enum Ability: Hashable, Sendable {
  /// Unix sockets.
  case unixSockets
  /// Pipes that a selector can watch.
  case pipes
  /// Events for what was shut down here.
  case shutdownEvents
  /// An error of an operation after the peer has reset the connection.
  case resetErrors
  /// An error of a stream that was never connected.
  case unconnectedErrors
  /// An error of a socket whose message has found nobody.
  case unreachableErrors
  /// The error that fits best.
  case exactErrors
  /// Ports that several listeners share.
  case sharedPorts
  /// Ports that a socket gives up with its peer.
  case unboundPorts
  /// Messages that the system puts together, or takes apart.
  case offload
  /// Marks of congestion that a message brings along.
  case congestionMarks
  /// An error of a socket that is gone once it was taken.
  case errorsThatAreTaken
  /// An error that says that a socket for datagrams has no peer.
  case missingPeerErrors
  /// Calls that make a descriptor together with its flags.
  case flagsAtOnce
  /// Names of Unix sockets that are in no folder.
  case abstractNames
  /// Unix sockets for packets.
  case packets
  /// A socket for datagrams that has a peer, and can send to others.
  case sendingElsewhere
  /// A connect to a Unix listener that waits while the backlog is full.
  case waitingBacklogs
  /// An event for an error of a socket for datagrams that says so.
  case errorEvents
  /// An answer that all systems with this selector give.
  case commonAnswers
}

extension Trait where Self == ConditionTrait {
  /// Skips tests where the system lacks what they need.
  public static func needs(_ ability: Ability) -> Self {
    .enabled(if: Ability.lacking[ability] == nil, Ability.lacking[ability])
  }
}

/// Ends a case of a test that cannot show anything here, and says so: Swift Testing tells of tests only.
///
/// - Throws: Always.
public func skip(_ name: some CustomStringConvertible, _ reason: Comment) throws -> Never {
  print("skipped \(name): \(reason)")
  try Test.cancel(reason)
}
