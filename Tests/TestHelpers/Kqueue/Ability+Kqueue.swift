public import Testing

extension Ability {
  /// Why something is not there.
  public static var lacking: [Ability: Comment] {
    [
      .flagsAtOnce: "Apple's systems set the flags of a descriptor that is there already",
      .offload: "only Linux and Windows take messages apart",
    ]
  }
}
