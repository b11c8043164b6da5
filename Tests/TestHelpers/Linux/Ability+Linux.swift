import CTestHelpers
public import Testing

extension Ability {
  /// Why something is not there.
  public static var lacking: [Ability: Comment] {
    c_test_uses_fallbacks() == 0
      ? [:] : [.flagsAtOnce: "Apple's systems set the flags of a descriptor that is there already"]
  }
}
