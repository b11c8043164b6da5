public import Testing

/// A selector that can run in the process of the tests.
///
///     @Test(arguments: TestedSelector.allCases)
///     func `this happens`(_ selector: TestedSelector) throws {
///       let poll = try selector.makePoll()
///
/// A new backend is a new case here, and its tests are there.
public enum TestedSelector: String, Sendable {
  /// `EpollSelector`.
  case epoll
  /// `PollSelector`, over poll(2).
  case poll
  /// `KqueueSelector`, over libkqueue: `scripts/test-kqueue`.
  case kqueue
  /// `AFDSelector`, under Wine: `scripts/test-wine`.
  case afd
}

extension TestedSelector: CaseIterable {
  /// Those that leave a socket's error to be taken; libkqueue takes it itself.
  public static var leavingErrors: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// Those that notice when a descriptor is closed; libkqueue confuses its successor with it.
  public static var noticingClosing: [TestedSelector] { allCases.filter { $0 != .kqueue } }

  /// Those that know urgent data; libkqueue has no such filter.
  public static var knowingPriority: [TestedSelector] { allCases.filter { $0 != .kqueue } }
}

extension TestedSelector {
  /// Those whose answers are known: what poll(2) says of ends and errors differs where there is no epoll.
  public static var knownAnswers: [TestedSelector] {
    allCases.filter { $0 != .poll || allCases.contains(.epoll) }
  }

  /// Whether it is libkqueue's, which no other runs beside.
  public var isLibkqueue: Bool { self == .kqueue && Self.allCases == [.kqueue] }
}

extension TestedSelector: CustomTestStringConvertible {
  /// The name in the output of a test run.
  public var testDescription: String { rawValue }
}
