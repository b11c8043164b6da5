public import Testing

/// A trait that fails a test if it leaves a descriptor open, or opens one that other programs would
/// inherit.
///
/// Guarded tests take turns, because descriptors belong to the whole process.
public struct DescriptorGuard: TestTrait, SuiteTrait, TestScoping {
  private let limit: Duration

  init(limit: Duration) {
    self.limit = limit
  }

  /// Always `true`: the guard surrounds each test of a suite.
  public var isRecursive: Bool { true }

  /// Runs a test case in its turn, and compares the open descriptors before and after it.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // The scope of a suite surrounds the scopes of its tests, so it must not hold the turn.
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
  /// A guard that fails tests that leave a descriptor open, or need more than one minute of their
  /// own time.
  public static var guardingDescriptors: DescriptorGuard {
    guardingDescriptors(limit: .seconds(60))
  }

  /// A guard that fails tests that leave a descriptor open, or need more of their own time than the
  /// limit.
  public static func guardingDescriptors(limit: Duration) -> DescriptorGuard {
    DescriptorGuard(limit: limit)
  }
}
