public import Testing

/// A trait that runs tests one after the other, and ends the process if one of them hangs.
///
/// It is for tests that may block. Signals, descriptors and processor time belong to the whole
/// process, and a blocked thread is not available to other tests.
public struct TakingTurns: TestTrait, SuiteTrait, TestScoping {
  private let limit: Duration

  init(limit: Duration) {
    self.limit = limit
  }

  /// Always `true`: each test of a suite has its own turn.
  public var isRecursive: Bool { true }

  /// Runs a test case in its turn.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // The scope of a suite surrounds the scopes of its tests, so it must not hold the turn.
    guard let testCase else { return try await function() }
    try await takingTurn(test, testCase, limit: limit, function)
  }
}

extension Trait where Self == TakingTurns {
  /// A trait that runs tests one after the other, with one minute of their own time each: see
  /// ``Watchdog``.
  public static var takingTurns: TakingTurns { takingTurns(limit: .seconds(60)) }

  /// A trait that runs tests one after the other, each with a limit for its own time: see
  /// ``Watchdog``.
  public static func takingTurns(limit: Duration) -> TakingTurns { TakingTurns(limit: limit) }
}
