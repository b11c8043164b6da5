public import Testing

/// Fails a test that leaves a descriptor open, or one that other programs would inherit.
///
/// Guarded tests take turns, for descriptors belong to the whole process.
public struct DescriptorGuard: TestTrait, SuiteTrait, TestScoping {
  private let limit: Duration

  init(limit: Duration) {
    self.limit = limit
  }

  /// The guard surrounds each test of a suite.
  public var isRecursive: Bool { true }

  /// Runs a test case in its turn, and compares what is open before and after.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // A suite's own scope surrounds those of its tests: it must not keep the turn.
    guard let testCase else { return try await function() }
    try await takingTurn(test, testCase, limit: limit) {
      OpenDescriptors.settle()
      let before = OpenDescriptors.list()
      try await function()
      OpenDescriptors.settle()
      check(before)
    }
  }

  private func check(_ before: [Int32: String]) {
    for (number, target) in OpenDescriptors.list() where before[number] != target {
      Issue.record("descriptor \(number) is left open: \(target)")
      if !OpenDescriptors.isCloseOnExec(number) {
        Issue.record("descriptor \(number) is not close-on-exec: \(target)")
      }
    }
  }
}

extension Trait where Self == DescriptorGuard {
  /// Fails tests that leave a descriptor open, and those that take more than a minute of their own time.
  public static var guardingDescriptors: DescriptorGuard {
    guardingDescriptors(limit: .seconds(60))
  }

  /// Fails tests that leave a descriptor open, and those that take more than so much of their own time.
  public static func guardingDescriptors(limit: Duration) -> DescriptorGuard {
    DescriptorGuard(limit: limit)
  }
}
