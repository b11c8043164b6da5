import CLibrary
import Testing

@testable import TestHelpers

/// The watchdog, which ends a test that hangs.
///
/// Each test ends a separate process. The time in which it waits for that process counts as its own
/// time.
@Suite(.takingTurns(limit: .seconds(300)))
struct WatchdogTests {
  @Test
  func `the watchdog ends a test that sleeps without a limit`() async {
    await #expect(processExitsWith: .signal(SIGTRAP)) {
      Watchdog.shared.watch("a test that sleeps, which is expected", limit: .milliseconds(600))
      while true { sleep(60) }
    }
  }

  @Test
  func `the watchdog ends a test that spins without a limit`() async {
    await #expect(processExitsWith: .signal(SIGTRAP)) {
      Watchdog.shared.watch("a test that spins, which is expected", limit: .milliseconds(600))
      // A thread that yields to other programs would use almost no processor time.
      var count = 0
      while true { count &+= 1 }
    }
  }

  @Test
  func `the watchdog does not watch a test that has ended`() async {
    await #expect(processExitsWith: .success) {
      Watchdog.shared.watch("a test that is over", limit: .milliseconds(600))
      Watchdog.shared.rest()
      sleep(2)
    }
  }

  @Test(arguments: [
    // The test sleeps; it runs; it runs and sleeps.
    (ran: 0, waited: 0, own: 500), (ran: 500, waited: 0, own: 500), (ran: 50, waited: 0, own: 500),
    // One, four and eight threads that are always ready to run, and get a processor some of the
    // time.
    (ran: 100, waited: 400, own: 100), (ran: 200, waited: 1800, own: 200),
    (ran: 900, waited: 3100, own: 500),
    // The test mostly sleeps, and waits for a processor when it wakes.
    (ran: 5, waited: 100, own: 400),
  ])
  func `the watchdog counts only the time of the test itself`(_ ran: Int, _ waited: Int, _ own: Int)
  {
    let counted = Watchdog.ownTime(
      of: .milliseconds(500), processorTime: .milliseconds(ran), waits: .milliseconds(waited))
    #expect(counted == .milliseconds(own))
  }
}
