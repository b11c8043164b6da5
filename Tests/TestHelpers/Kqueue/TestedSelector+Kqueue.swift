public import MioCore
import MioKqueue
import MioPoll

extension TestedSelector {
  /// Those that run on Apple's systems and the BSDs.
  public static var allCases: [TestedSelector] { [.kqueue, .poll] }

  /// Makes a poll with room for so many events.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .kqueue: try PollBox(Poll<KqueueSelector>(), capacity: capacity)
    case .poll: try PollBox(Poll<PollSelector>(), capacity: capacity)
    case .epoll, .afd: throw IOError(.unsupported, operation: .createSelector)
    }
  }

  /// Makes a poll for one thread that loses nothing for which there is no room; here that is each.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makeLosslessPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    try makePoll(capacity: capacity)
  }
}
