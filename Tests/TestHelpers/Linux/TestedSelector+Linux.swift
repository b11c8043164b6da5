public import MioCore
import MioEpoll
import MioPoll

extension TestedSelector {
  /// The selectors that this build can run.
  public static var allCases: [TestedSelector] {
    Libkqueue.isThere ? [.kqueue] : [.epoll, .poll]
  }

  /// Creates a poll with this capacity for events.
  ///
  /// - Throws: The ``IOError`` of the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .epoll: try PollBox(Poll<EpollSelector>(), capacity: capacity)
    case .poll: try PollBox(Poll<PollSelector>(), capacity: capacity)
    case .kqueue: try Libkqueue.makePoll(capacity: capacity)
    case .afd: throw IOError(.unsupported, operation: .createSelector)
    }
  }

  /// Creates a poll for one thread that loses no events beyond its capacity, unlike libkqueue.
  ///
  /// - Throws: The ``IOError`` of the selector.
  public func makeLosslessPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .kqueue: try Libkqueue.makeLosslessPoll(capacity: capacity)
    default: try makePoll(capacity: capacity)
    }
  }
}
