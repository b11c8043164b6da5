public import Testing

/// Fails a test that leaves a descriptor open, or one that other programs would inherit.
///
/// Guarded tests run one after the other, for descriptors belong to the whole process.
public struct DescriptorGuard: TestTrait, SuiteTrait, TestScoping {
  /// The guard surrounds each test of a suite.
  public var isRecursive: Bool { true }

  /// Runs a test case, and compares what is open before and after.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // A suite's own scope surrounds those of its tests: it must not keep the turn.
    guard testCase != nil else { return try await function() }
    await Turnstile.shared.enter()
    OpenDescriptors.settle()
    let before = OpenDescriptors.list()
    do {
      try await function()
    } catch {
      await Turnstile.shared.leave()
      throw error
    }
    OpenDescriptors.settle()
    check(before)
    await Turnstile.shared.leave()
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
  /// Fails tests that leave a descriptor open.
  public static var guardingDescriptors: DescriptorGuard { DescriptorGuard() }
}

/// Lets one task through at a time, without blocking a thread.
private actor Turnstile {
  static let shared = Turnstile()

  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    if !isTaken {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty {
      isTaken = false
    } else {
      waiting.removeFirst().resume()
    }
  }
}
