public import MioCore
import MioEpoll
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

  /// Makes a poll with room for so many events.
  ///
  /// - Throws: ``IOError``, as the selector.
  public func makePoll(capacity: Int = 16) throws(IOError) -> any TestPoll {
    switch self {
    case .epoll: try PollBox(Poll<EpollSelector>(), capacity: capacity)
    }
  }
}

extension TestedSelector: CustomTestStringConvertible {
  /// The name in the output of a test run.
  public var testDescription: String { rawValue }
}
