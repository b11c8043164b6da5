import Glibc
import Loom

@main
struct Main {
  static func main() {
    guard let options = Options(CommandLine.arguments.dropFirst()) else {
      say(Options.usage)
      exit(2)
    }
    let scenarios = allScenarios().filter { scenario in
      options.names.isEmpty || options.names.contains { scenario.name.contains($0) }
    }
    if scenarios.isEmpty {
      say("no scenario has such a name")
      exit(2)
    }
    if let schedule = options.schedule {
      exit(replay(schedule, options.names, scenarios) ? 0 : 1)
    }
    if options.weakens {
      checkOrderings(of: scenarios, options)
      exit(0)
    }
    exit(Run(options).explore(scenarios) ? 0 : 1)
  }

  /// Repeats a schedule, and returns whether it does not fail.
  private static func replay(
    _ schedule: Schedule, _ names: [String], _ scenarios: [Scenario]
  ) -> Bool {
    let exact = scenarios.filter { names.contains($0.name) }
    guard let scenario = exact.first ?? scenarios.first, exact.count == 1 || scenarios.count == 1
    else {
      say("\(scenarios.count) scenarios have this name")
      return false
    }
    let (failure, story) = Explorer.replay(schedule, of: scenario)
    say(scenario.name)
    for line in story { say("  \(line)") }
    say(failure ?? "nothing is wrong")
    return failure == nil
  }
}
