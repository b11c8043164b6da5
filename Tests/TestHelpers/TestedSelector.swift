public import Testing

/// A selector that can run in the process of the tests.
///
///     @Test(arguments: TestedSelector.allCases)
///     func `this happens`(_ selector: TestedSelector) throws {
///       let poll = try selector.makePoll()
///
/// If a new backend has a case here, all of these tests run with it.
public enum TestedSelector: String, Sendable {
  /// `EpollSelector`.
  case epoll
  /// `PollSelector` with poll(2).
  case poll
  /// `KqueueSelector`, with libkqueue in `scripts/test-kqueue`.
  case kqueue
  /// `AFDSelector` under Wine: `scripts/test-wine`.
  case afd
}

extension TestedSelector: CaseIterable {
  /// The selectors that do not clear a socket's error.
  ///
  /// libkqueue takes the error itself.
  public static var leavingErrors: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// The selectors that detect that a descriptor was closed.
  ///
  /// libkqueue confuses it with its successor.
  public static var noticingClosing: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// The selectors that support urgent data.
  ///
  /// libkqueue has no filter for it.
  public static var knowingPriority: [TestedSelector] { allCases.filter { $0 != .kqueue } }
}

extension TestedSelector {
  /// The selectors whose events are known exactly.
  ///
  /// On systems without epoll, poll(2) reports ends and errors differently.
  public static var knownAnswers: [TestedSelector] {
    allCases.filter { $0 != .poll || allCases.contains(.epoll) }
  }

  /// Whether this is the selector with libkqueue.
  ///
  /// No other selector runs together with it.
  public var isLibkqueue: Bool { self == .kqueue && Self.allCases == [.kqueue] }
}

extension TestedSelector: CustomTestStringConvertible {
  /// The name of the selector in the output of a test run.
  public var testDescription: String { rawValue }
}
