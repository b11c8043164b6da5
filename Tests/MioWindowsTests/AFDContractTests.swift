import MioCore
import MioTestSupport
import MioWindows
import TestHelpers
import Testing

/// The contract over a scripted port and driver; `scripts/test-wine` tests it over those of Wine.
@Suite(.takingTurns(limit: .seconds(120)))
struct AFDContractTests {
  /// The checks that do not apply, and the reasons.
  static let skipped: [SelectorCheck: String] = [
    "interruptedPollGoesOn": "Windows has no signals",
    "interruptedPollThrowsOnRequest": "Windows has no signals",
    "closedListenersPortIsFree": "the script has no ports",
    "bothShutIsWriteClosed": "Windows does not tell of what was shut down here",
  ]

  @Test(arguments: SelectorCheck.allCases.filter { skipped[$0] == nil }, [false, true])
  func `the AFD selector keeps the contract of selectors`(
    _ check: SelectorCheck, _ cancelsLate: Bool
  ) throws {
    let calls = ScriptedAFD()
    calls.kernel.withLock { kernel in
      kernel.isReal = true
      kernel.cancelsLate = cancelsLate
      kernel.saysPending = cancelsLate
    }
    try check.run(
      on: ConformanceFixture(
        makePair: { ScriptedStream.pair(calls) },
        observePoller: { _ in PollingThread(isWaiting: { calls.isWaiting }) },
        makeSelector: { () throws(IOError) in try AFDBackend(calls: calls) }))
    #expect(calls.remains == [])
  }
}
