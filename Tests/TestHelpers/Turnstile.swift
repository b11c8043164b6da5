import Testing

/// Runs a test case in its turn, and ends the process if it hangs.
///
/// One test case at a time has the turn. Waiting test cases block no thread, and their waiting time
/// does not count. The test case that has the turn may block, because it has its own thread.
///
/// - Throws: The error that the test throws.
func takingTurn(
  _ test: Test, _ testCase: Test.Case, limit: Duration, _ run: () async throws -> Void
) async throws {
  precondition(!Turnstile.hasTurn, "\(test.name) takes two turns: one trait is enough")
  try await onOwnThread {
    await Turnstile.shared.enter()
    let arguments = testCase.isParameterized ? ", \(testCase)" : ""
    Watchdog.shared.watch("\(test.name), \(test.sourceLocation)\(arguments)", limit: limit)
    do {
      try await Turnstile.$hasTurn.withValue(true, operation: run)
    } catch {
      Watchdog.shared.rest()
      await Turnstile.shared.leave()
      throw error
    }
    Watchdog.shared.rest()
    await Turnstile.shared.leave()
  }
}

/// A queue of tasks that lets one task run at a time, without blocking a thread.
private actor Turnstile {
  static let shared = Turnstile()

  @TaskLocal
  static var hasTurn = false

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
