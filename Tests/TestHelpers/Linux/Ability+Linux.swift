public import Testing

extension Ability {
  /// Why something is not there.
  public static var lacking: [Ability: Comment] { [:] }
}
