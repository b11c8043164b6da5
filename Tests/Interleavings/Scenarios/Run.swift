import Glibc
import Loom

/// One run over many scenarios, and its output.
struct Run {
  private let options: Options
  private var failed = 0
  private var schedules = 0

  init(_ options: Options) {
    self.options = options
  }

  /// Tests the schedules of scenarios, and returns whether none fails.
  consuming func explore(_ scenarios: [Scenario]) -> Bool {
    let start = now()
    var sound: [Scenario] = []
    for scenario in scenarios {
      if scenario.isLong || exhaust(scenario) { sound.append(scenario) }
    }
    sample(sound)
    say("\(schedules) schedules in \(Int(now() - start)) s")
    say("\(scenarios.count - failed) passed, \(failed) failed")
    return failed == 0
  }

  /// Tests all schedules within the bound.
  private mutating func exhaust(_ scenario: Scenario) -> Bool {
    watchForCrashes(scenario)
    let end = now() + options.limit
    let findings = Explorer(scenario) { now() > end }.exhaust(bound: options.bound)
    schedules += findings.schedules
    if let failure = findings.failure {
      report(failure, scenario)
      return false
    }
    let extent = findings.isComplete ? "all" : "not all: \(options.limit) s were over"
    say("pass \(scenario.name): \(findings.schedules) schedules, \(extent)")
    return true
  }

  /// Tests random schedules, for the same time in each scenario.
  private mutating func sample(_ scenarios: [Scenario]) {
    if scenarios.isEmpty || options.random == 0 { return }
    say("random schedules with the seed \(options.seed)")
    let share = options.random / Double(scenarios.count)
    for scenario in scenarios {
      watchForCrashes(scenario)
      let end = now() + share
      let findings = Explorer(scenario) { now() > end }.sample(seed: options.seed)
      schedules += findings.schedules
      if let failure = findings.failure { report(failure, scenario) }
    }
  }

  private mutating func report(_ failure: Failure, _ scenario: Scenario) {
    failed += 1
    say("FAIL \(scenario.name): \(failure.message)")
    let (message, story) = Explorer.replay(failure.schedule, of: scenario)
    for line in story { say("  \(line)") }
    if message != failure.message {
      say("  but the replay says: \(message ?? "nothing is wrong")")
    }
    say("  \(replayCommand(failure.schedule, scenario))")
  }

  private func watchForCrashes(_ scenario: Scenario) {
    Explorer.onCrash { signal, schedule in
      say("FAIL \(scenario.name): the program crashes with signal \(signal)")
      say("  \(replayCommand(schedule, scenario))")
    }
  }
}

private func replayCommand(_ schedule: Schedule, _ scenario: Scenario) -> String {
  "scripts/check-interleavings --replay \(schedule) '\(scenario.name)'"
}

/// Prints at once, so that no line is lost in a crash.
func say(_ text: String) {
  print(text)
  fflush(nil)
}

/// Returns the time of a monotonic clock, in seconds.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
