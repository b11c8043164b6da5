public import MioCore
import MioWindows

extension TestedSelector {
  /// The selector that runs under Wine.
  public static var allCases: [TestedSelector] { [.afd] }

  /// Creates a poll with this capacity for events.
  ///
  /// - Throws: ``IOError``, which the selector throws.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    guard self == .afd else { throw IOError(.unsupported, operation: .createSelector) }
    return try PollBox(Poll<AFDSelector>(), capacity: capacity)
  }
}
