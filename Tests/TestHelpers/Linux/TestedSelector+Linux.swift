public import MioCore
import MioEpoll
import MioPoll

extension TestedSelector {
  /// Those that this build can run.
  public static var allCases: [TestedSelector] {
    Libkqueue.isThere ? [.kqueue] : [.epoll, .poll]
  }

  /// Makes a poll with room for so many events.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .epoll: try PollBox(Poll<EpollSelector>(), capacity: capacity)
    case .poll: try PollBox(Poll<PollSelector>(), capacity: capacity)
    case .kqueue: try Libkqueue.makePoll(capacity: capacity)
    case .afd: throw IOError(.unsupported, operation: .createSelector)
    }
  }

  /// Makes a poll for one thread that loses nothing for which there is no room, as libkqueue does.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makeLosslessPoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .kqueue: try Libkqueue.makeLosslessPoll(capacity: capacity)
    default: try makePoll(capacity: capacity)
    }
  }
}
