public import Testing

/// Has tests run one after the other, and ends the process if one of them hangs.
///
/// For tests that may block: signals, descriptors and processor time belong to the whole process, and a
/// thread that is blocked is missing elsewhere.
public struct TakingTurns: TestTrait, SuiteTrait, TestScoping {
  private let limit: Duration

  init(limit: Duration) {
    self.limit = limit
  }

  /// Each test of a suite takes a turn of its own.
  public var isRecursive: Bool { true }

  /// Runs a test case in its turn.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // A suite's own scope surrounds those of its tests: it must not keep the turn.
    guard let testCase else { return try await function() }
    try await takingTurn(test, testCase, limit: limit, function)
  }
}

extension Trait where Self == TakingTurns {
  /// Has tests run one after the other, each in a minute of its own time: see ``Watchdog``.
  public static var takingTurns: TakingTurns { takingTurns(limit: .seconds(60)) }

  /// Has tests run one after the other, each within a limit of its own time: see ``Watchdog``.
  public static func takingTurns(limit: Duration) -> TakingTurns { TakingTurns(limit: limit) }
}
