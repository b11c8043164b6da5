public import MioCore
import MioWindows

extension TestedSelector {
  /// The one that runs under Wine.
  public static var allCases: [TestedSelector] { [.afd] }

  /// Makes a poll with room for so many events.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    guard self == .afd else { throw IOError(.unsupported, operation: .createSelector) }
    return try PollBox(Poll<AFDSelector>(), capacity: capacity)
  }
}
