public import MioCore
import MioEpoll
import MioPoll
public import Testing

/// A selector that can run in the process of the tests.
///
///     @Test(arguments: TestedSelector.allCases)
///     func `this happens`(_ selector: TestedSelector) throws {
///       let poll = try selector.makePoll()
///
/// A new backend is a new case here, and its tests are there.
public enum TestedSelector: String, CaseIterable, Sendable {
  /// `EpollSelector`.
  case epoll
  /// `PollSelector`, over poll(2).
  case poll
  /// `KqueueSelector`, over libkqueue: `scripts/test-kqueue`.
  case kqueue

  /// Those that this build can run.
  public static var allCases: [TestedSelector] {
    Libkqueue.isThere ? [.kqueue] : [.epoll, .poll]
  }

  /// Those that leave a socket's error to be taken; libkqueue takes it itself.
  public static var leavingErrors: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// Those that notice when a descriptor is closed; libkqueue confuses its successor with it.
  public static var noticingClosing: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// Those that know urgent data; libkqueue has no such filter.
  public static var knowingPriority: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// Makes a poll with room for so many events.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .epoll: try PollBox(Poll<EpollSelector>(), capacity: capacity)
    case .poll: try PollBox(Poll<PollSelector>(), capacity: capacity)
    case .kqueue: try Libkqueue.makePoll(capacity: capacity)
    }
  }
}

extension TestedSelector: CustomTestStringConvertible {
  /// The name in the output of a test run.
  public var testDescription: String { rawValue }
}
