import MioCore
import MioNet
import MioTestSupport
import MioWindows
import TestHelpers
import Testing

@Suite(.guardingDescriptors(limit: .seconds(300)))
struct AFDContractTests {
  static let fixture = ConformanceFixture<AFDSelector, _>(
    makePair: { () throws(IOError) in try Loopback.pair() },
    makeListener: { () throws(IOError) in try Loopback.boundListener(for: AFDSelector.self) },
    observePoller: { _ in .current() })

  @Test(arguments: SelectorCheck.allCases)
  func `the AFD selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    if let reason = Self.skipped[check] { try skip(check.name, reason) }
    try check.run(on: Self.fixture)
  }

  /// The checks that do not apply, and the reasons.
  private static let skipped: [SelectorCheck: Comment] = [
    "interruptedPollGoesOn": "Windows has no signals",
    "interruptedPollThrowsOnRequest": "Windows has no signals",
    "bothShutIsWriteClosed": "Windows does not tell of what was shut down here",
    "closedPeerIsReadable":
      "wine-fin-behind-data: Wine tells of the end only when the data before it is read",
  ]
}
