import CTestHelpers
public import Testing

extension Ability {
  /// The missing features and the reasons why they are missing.
  public static var lacking: [Ability: Comment] {
    c_test_uses_fallbacks() == 0
      ? [:] : [.flagsAtOnce: "Apple's systems set the flags of a descriptor that is there already"]
  }
}
