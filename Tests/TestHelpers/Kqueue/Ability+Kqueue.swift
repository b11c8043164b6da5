import MioNet
public import Testing

extension Ability {
  /// The missing features and the reasons why they are missing.
  ///
  /// For each feature of sockets, `Docs/Portability.md` has a row in "Differences of the BSDs'
  /// sockets".
  public static var lacking: [Ability: Comment] {
    hasPackets ? everywhere : everywhere.merging(onApples) { $1 }
  }

  private static var everywhere: [Ability: Comment] {
    [
      .flagsAtOnce: "Apple's systems set the flags of a descriptor that is there already",
      .offload: "only Linux and Windows take messages apart",
      .exactErrors: "each system has an error of its own for the same mistake",
      .unconnectedErrors:
        "writing to a stream that was never connected says that it is not connected",
      .unboundPorts: "only Linux takes the port of a socket that gives up its peer",
      .abstractNames: "only Linux has them",
      .sendingElsewhere: "a socket that has a peer sends to nobody else: EISCONN",
      .waitingBacklogs: "a full backlog refuses",
      .errorEvents: "an ICMP error makes a socket ready, and nobody says why",
      .commonAnswers: "these systems differ among themselves",
    ]
  }

  private static var onApples: [Ability: Comment] {
    [.packets: "Apple's systems have none"]
  }

  private static var hasPackets: Bool {
    do {
      _ = try UnixPacketSocket.pair()
      return true
    } catch {
      return false
    }
  }
}
