import CLoom

/// The results of exploring the schedules of a scenario.
public struct Findings {
  /// How many schedules were tried.
  public var schedules = 0
  /// How many steps the longest had.
  public var longest = 0
  /// Whether there are no others.
  public var isComplete = false
  /// The failure with the shortest schedule.
  public var failure: Failure?
}

/// A failure, and the schedule that reproduces it.
public struct Failure {
  /// What is not as it should be.
  public let message: String
  /// How many choices there were that cost something.
  public let cost: Int
  /// How many steps there were.
  public let steps: Int
  /// The choices.
  public let schedule: Schedule
}

/// An explorer of the schedules of a scenario.
public struct Explorer {
  private let scenario: Scenario
  private let deadline: () -> Bool

  /// Creates an explorer that goes on until the time is over.
  public init(_ scenario: Scenario, isOver: @escaping () -> Bool) {
    self.scenario = scenario
    deadline = isOver
    // The first executions make what stays: globals, and what grows to the size that is needed.
    scheduler.choices.strategy = .exhaustive(bound: 0)
    for _ in 0..<2 { scenario.execute() }
  }

  /// Goes through all schedules that cost nothing, then through those that cost one at most, and so on:
  /// a failure is found where it costs least.
  public func exhaust(bound: Int) -> Findings {
    var findings = Findings()
    for limit in 0...bound {
      scheduler.choices.strategy = .exhaustive(bound: limit)
      repeat {
        execute(&findings)
        if findings.schedules & 0xff == 0, deadline() { return findings }
      } while scheduler.choices.advance()
      if findings.failure != nil { break }
    }
    findings.isComplete = true
    return findings
  }

  /// Tries random schedules: every other one by random priorities.
  public func sample(seed: UInt64) -> Findings {
    var findings = Findings()
    scheduler.choices.seed(seed)
    while !deadline() {
      scheduler.choices.strategy = findings.schedules & 1 == 0 ? .random : .priorities
      scheduler.choices.roll(steps: max(findings.longest, 50))
      execute(&findings)
    }
    return findings
  }

  /// Repeats a schedule.
  ///
  /// - Returns: What went wrong, and what happened, a line for each step.
  public static func replay(
    _ schedule: Schedule, of scenario: Scenario
  ) -> (failure: String?, story: [String]) {
    scheduler.choices.strategy = .exhaustive(bound: schedule.bound)
    scheduler.choices.replayed = schedule.choices
    Loom.isRecording = true
    scenario.execute()
    Loom.isRecording = false
    scheduler.choices.replayed = nil
    return (scheduler.failure, scheduler.story)
  }

  /// Has a function called when a schedule crashes the program.
  public static func onCrash(_ report: @escaping (_ signal: Int32, _ schedule: Schedule) -> Void) {
    reportCrash = report
    c_loom_on_crash { reportCrash($0, currentSchedule) }
  }

  private func execute(_ findings: inout Findings) {
    scenario.execute()
    findings.schedules += 1
    findings.longest = max(findings.longest, scheduler.steps)
    guard let message = scheduler.failure else { return }
    let cost = scheduler.choices.cost
    if let known = findings.failure, (known.cost, known.steps) <= (cost, scheduler.steps) { return }
    findings.failure = Failure(
      message: message, cost: cost, steps: scheduler.steps, schedule: currentSchedule)
  }
}

private var currentSchedule: Schedule {
  Schedule(bound: scheduler.choices.bound, choices: scheduler.choices.made)
}

nonisolated(unsafe) private var reportCrash: (Int32, Schedule) -> Void = { _, _ in }
