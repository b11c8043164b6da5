import CLoom

/// The findings in the schedules of a scenario.
public struct Findings {
  /// The number of schedules that were tested.
  public var schedules = 0
  /// The number of steps of the longest schedule.
  public var longest = 0
  /// Whether all schedules were tested.
  public var isComplete = false
  /// The failure with the shortest schedule.
  public var failure: Failure?
}

/// A failure, and the schedule that reproduces it.
public struct Failure {
  /// The description of the failure.
  public let message: String
  /// The cost of the choices.
  public let cost: Int
  /// The number of steps.
  public let steps: Int
  /// The schedule that leads to the failure.
  public let schedule: Schedule
}

/// Tests the schedules of a scenario.
public struct Explorer {
  private let scenario: Scenario
  private let deadline: () -> Bool

  /// Creates an explorer that continues until `isOver` returns `true`.
  public init(_ scenario: Scenario, isOver: @escaping () -> Bool) {
    self.scenario = scenario
    deadline = isOver
    // The first executions create the lasting objects: globals, and buffers that grow.
    scheduler.choices.strategy = .exhaustive(bound: 0)
    for _ in 0..<2 { scenario.execute() }
  }

  /// Tests all schedules without a cost, then all schedules with a cost of at most one, and so on.
  ///
  /// A failure is therefore found with the lowest cost.
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

  /// Tests random schedules; every second one uses random priorities.
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
  /// - Returns: The failure, if there is one, and a description with one line for each step.
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

  /// Sets the function that is called when a schedule crashes the program.
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
