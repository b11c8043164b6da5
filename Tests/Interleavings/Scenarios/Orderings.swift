import CLoom
import Glibc
import Loom

/// Makes one ordering after the other relaxed, and reports the orderings without which a scenario
/// fails.
///
/// If no scenario fails, the ordering is stronger than necessary, or the scenarios do not cover it.
func checkOrderings(of scenarios: [Scenario], _ options: Options) {
  let small = scenarios.filter { !$0.isLong }
  let places = Loom.collectingOrderedPlaces {
    for scenario in small { _ = explore(scenario, bound: 1, options) }
  }
  let needed = places.count { isNeeded($0, small, options) }
  say("\(needed) needed, \(places.count - needed) not missed")
}

/// Tests the ordering in a copy of the process, because unsynchronized memory may crash the
/// process.
private func isNeeded(_ place: AtomicPlace, _ scenarios: [Scenario], _ options: Options) -> Bool {
  let copy = c_loom_fork()
  if copy != 0 { return c_loom_join(copy) != 0 }
  Loom.weakening(place) {
    for scenario in scenarios {
      Explorer.onCrash { _, _ in
        say("needed \(place): crashes \(scenario.name)")
        _exit(1)
      }
      guard let failure = explore(scenario, bound: options.bound, options).failure else { continue }
      say("needed \(place): \(scenario.name): \(failure.message)")
      _exit(1)
    }
  }
  say("not missed \(place)")
  _exit(0)
}

private func explore(_ scenario: Scenario, bound: Int, _ options: Options) -> Findings {
  let end = now() + options.limit
  return Explorer(scenario) { now() > end }.exhaust(bound: bound)
}
