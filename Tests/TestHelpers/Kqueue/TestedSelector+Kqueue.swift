public import MioCore
import MioKqueue
import MioPoll

extension TestedSelector {
  /// The selectors that run on Apple's systems and the BSDs.
  public static var allCases: [TestedSelector] { [.kqueue, .poll] }

  /// Creates a poll with this capacity for events.
  ///
  /// - Throws: The ``IOError`` of the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .kqueue: try PollBox(Poll<KqueueSelector>(), capacity: capacity)
    case .poll: try PollBox(Poll<PollSelector>(), capacity: capacity)
    case .epoll, .afd: throw IOError(.unsupported, operation: .createSelector)
    }
  }

  /// Creates a poll for one thread that loses no events beyond its capacity.
  ///
  /// Here every poll has this property.
  ///
  /// - Throws: The ``IOError`` of the selector.
  public func makeLosslessPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    try makePoll(capacity: capacity)
  }
}
