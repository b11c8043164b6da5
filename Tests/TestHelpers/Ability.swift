public import Testing

/// A feature that some systems lack, so that a test cannot prove anything there.
public enum Ability: Hashable, Sendable {
  /// Unix sockets.
  case unixSockets
  /// Pipes that a selector can watch.
  case pipes
  /// An event after this side has shut down a direction.
  case shutdownEvents
  /// An operation's error after the peer has reset the connection.
  case resetErrors
  /// An error for a stream that was never connected.
  case unconnectedErrors
  /// An error for a socket whose message had no receiver.
  case unreachableErrors
  /// The most exact kind of error for a mistake.
  case exactErrors
  /// Ports that several listeners can share.
  case sharedPorts
  /// Ports that a socket loses when it is disconnected from its peer.
  case unboundPorts
  /// Messages that the system joins or splits.
  case offload
  /// Congestion marks that arrive with a message.
  case congestionMarks
  /// Socket errors that are cleared when they are taken.
  case errorsThatAreTaken
  /// An error that reports that a datagram socket has no peer.
  case missingPeerErrors
  /// System calls that create a descriptor and set its flags at once.
  case flagsAtOnce
  /// Names of Unix sockets without a file.
  case abstractNames
  /// Unix packet sockets.
  case packets
  /// Datagram sockets with a peer that can send to other addresses.
  case sendingElsewhere
  /// A connect to a Unix listener that waits while the backlog is full.
  case waitingBacklogs
  /// Events with an error for a datagram socket.
  case errorEvents
  /// Results that are the same on all systems with this selector.
  case commonAnswers
}

extension Trait where Self == ConditionTrait {
  /// Skips a test if the system lacks this feature.
  public static func needs(_ ability: Ability) -> Self {
    .enabled(if: Ability.lacking[ability] == nil, Ability.lacking[ability])
  }
}

/// Ends a test case that cannot prove anything on this system, and prints the reason.
///
/// Swift Testing reports only skipped tests, and not skipped cases.
///
/// - Throws: Always.
public func skip(_ name: some CustomStringConvertible, _ reason: Comment) throws -> Never {
  print("skipped \(name): \(reason)")
  try Test.cancel(reason)
}
