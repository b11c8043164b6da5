/// The interface of the scheduler for stand-ins, kernel models and scenarios.
///
/// Outside of an execution, while a scenario creates and checks its world, no other thread can run.
/// All operations then happen at once.
public enum Loom {
  /// Whether threads are under way.
  nonisolated(unsafe) public internal(set) static var isRunning = false

  /// Whether steps are written down, for a person to read.
  nonisolated(unsafe) public static var isRecording = false
}

// MARK: - Steps

extension Loom {
  /// Lets other threads go first, before something that they can see.
  ///
  /// - Parameters:
  ///   - name: What is about to be done.
  ///   - file: Where.
  ///   - line: Where.
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
  ///   - name: What is waited for.
  ///   - mayGiveUp: Whether the thread goes on when nobody is left who could make the condition hold. If
  ///     not, that is a failure.
  ///   - file: Where.
  ///   - line: Where.
  ///   - isReady: The condition, which is asked whenever it may have changed.
  /// - Returns: Whether it holds.
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

  /// Chooses what a kernel does: all numbers below `count` are tried, zero first.
  public static func choose(_ count: Int, _ what: StaticString) -> Int {
    guard Loom.isRunning, !isAborting else { return 0 }
    let choice = scheduler.choose(count)
    if isRecording {
      scheduler.record(what, "", 0)
      note("\(choice)")
    }
    return choice
  }

  /// How many steps have been made: the time, to say what was before what.
  public static var now: Int { scheduler.steps }
}

// MARK: - Failures

extension Loom {
  /// Whether the execution has failed, and all that is left is to come to an end.
  public static var isAborting: Bool { scheduler.failure != nil }

  /// Something is not as it should be; the first failure of an execution counts.
  public static func fail(_ message: @autoclosure () -> String) {
    if scheduler.failure == nil { scheduler.failure = message() }
  }

  /// Fails unless a condition holds.
  public static func check(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fail(message()) }
  }
}

// MARK: - What is written down

extension Loom {
  /// Writes down what came of the last step.
  public static func note(_ text: @autoclosure () -> String) {
    if isRecording { scheduler.note(text()) }
  }

  /// Writes down how an atomic's value changed.
  public static func note<Value>(_ before: Value, _ after: Value) {
    if isRecording { scheduler.note("\(short(before)) → \(short(after))") }
  }

  /// Addresses differ from one execution to the next, and tell nothing.
  private static func short<Value>(_ value: Value) -> String {
    let text = "\(value)"
    if text.contains("Unmanaged") || text.contains("0x") { return "object" }
    return text.count > 20 ? "…\(text.suffix(4))" : text
  }
}
