/// The interface of the scheduler for replacements, models of kernels and scenarios.
///
/// Outside an execution, while a scenario makes its world and checks the outcome, no other thread
/// can run. All operations take effect at once then.
public enum Loom {
  /// Whether an execution is in progress.
  nonisolated(unsafe) public internal(set) static var isRunning = false

  /// Whether steps are recorded for a person to read.
  nonisolated(unsafe) public static var isRecording = false
}

// MARK: - Steps

extension Loom {
  /// Lets other threads run first, before an operation that they can observe.
  ///
  /// - Parameters:
  ///   - name: The name of the operation.
  ///   - file: The file of the operation.
  ///   - line: The line of the operation.
  public static func step(
    _ name: StaticString, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    guard Loom.isRunning else { return }
    scheduler.countStep()
    if !isAborting {
      let next = scheduler.nextThread(mayContinue: true)
      if next != scheduler.current { scheduler.go(to: next) }
    }
    if isRecording { scheduler.record(name, file, line) }
  }

  /// Waits until a condition holds.
  ///
  /// - Parameters:
  ///   - name: The name of the condition.
  ///   - mayGiveUp: Whether the thread continues when no other thread can make the condition hold.
  ///     If `false`, this case is a failure.
  ///   - file: The file of the wait.
  ///   - line: The line of the wait.
  ///   - isReady: The condition, which is evaluated whenever it may have changed.
  /// - Returns: Whether the condition holds.
  public static func wait(
    _ name: StaticString, mayGiveUp: Bool = false, file: StaticString = #fileID,
    line: UInt32 = #line, until isReady: @escaping () -> Bool
  ) -> Bool {
    guard Loom.isRunning else { return isReady() }
    if isReady() { return true }
    if isRecording {
      scheduler.record(name, file, line)
      note("sleeps")
    }
    scheduler.block(until: isReady, mayGiveUp: mayGiveUp)
    if isRecording {
      scheduler.record(name, file, line)
      note("goes on")
    }
    return isReady()
  }

  /// Chooses a kernel's behaviour: all numbers below `count` are tested, zero first.
  public static func choose(_ count: Int, _ what: StaticString) -> Int {
    guard Loom.isRunning, !isAborting else { return 0 }
    let choice = scheduler.choose(count)
    if isRecording {
      scheduler.record(what, "", 0)
      note("\(choice)")
    }
    return choice
  }

  /// The number of steps so far, which serves as the time.
  public static var now: Int { scheduler.steps }
}

// MARK: - Failures

extension Loom {
  /// Whether the execution has failed, so that the threads only have to end.
  public static var isAborting: Bool { scheduler.failure != nil }

  /// Records a failure; only the first failure of an execution counts.
  public static func fail(_ message: @autoclosure () -> String) {
    if scheduler.failure == nil { scheduler.failure = message() }
  }

  /// Fails unless a condition holds.
  public static func check(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fail(message()) }
  }
}

// MARK: - Recording

extension Loom {
  /// Records the outcome of the last step.
  public static func note(_ text: @autoclosure () -> String) {
    if isRecording { scheduler.note(text()) }
  }

  /// Records the change of an atomic's value.
  public static func note<Value>(_ before: Value, _ after: Value) {
    if isRecording { scheduler.note("\(short(before)) → \(short(after))") }
  }

  /// Returns a short text without addresses, because addresses differ between executions.
  private static func short<Value>(_ value: Value) -> String {
    let text = "\(value)"
    if text.contains("Unmanaged") || text.contains("0x") { return "object" }
    return text.count > 20 ? "…\(text.suffix(4))" : text
  }
}
