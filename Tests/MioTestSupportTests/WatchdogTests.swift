import Glibc
import Testing

@testable import TestHelpers

/// What ends a test that hangs.
///
/// Each test ends a process of its own.
@Suite(.takingTurns)
struct WatchdogTests {
  @Test
  func `a test that sleeps for ever is ended`() async {
    await #expect(processExitsWith: .signal(SIGTRAP)) {
      Watchdog.shared.watch("a test that sleeps, which is expected", limit: .milliseconds(600))
      while true { sleep(60) }
    }
  }

  @Test
  func `a test that spins for ever is ended`() async {
    await #expect(processExitsWith: .signal(SIGTRAP)) {
      Watchdog.shared.watch("a test that spins, which is expected", limit: .milliseconds(600))
      while true { sched_yield() }
    }
  }

  @Test
  func `what is over is not watched any more`() async {
    await #expect(processExitsWith: .success) {
      Watchdog.shared.watch("a test that is over", limit: .milliseconds(600))
      Watchdog.shared.rest()
      sleep(2)
    }
  }

  @Test(arguments: [
    (processor: 0, own: 500), (processor: 4, own: 500), (processor: 5, own: 5),
    (processor: 400, own: 400), (processor: 900, own: 500),
  ])
  func `only a test's own time counts`(_ processor: Int, _ own: Int) {
    #expect(
      Watchdog.ownTime(of: .milliseconds(500), processorTime: .milliseconds(processor))
        == .milliseconds(own))
  }
}
