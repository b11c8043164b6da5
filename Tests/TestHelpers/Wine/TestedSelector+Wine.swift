public import MioCore
import MioWindows

extension TestedSelector {
  /// The selector that runs under Wine.
  public static var allCases: [TestedSelector] { [.afd] }

  /// Creates a poll with this capacity for events.
  ///
  /// - Throws: The ``IOError`` of the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    guard self == .afd else { throw IOError(.unsupported, operation: .createSelector) }
    return try PollBox(Poll<AFDSelector>(), capacity: capacity)
  }
}
