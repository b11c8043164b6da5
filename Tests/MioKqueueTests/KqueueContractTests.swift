#if MIO_KQUEUE_CALLS

import MioCore
import MioKqueue
import MioTestSupport
import TestHelpers
import Testing

/// The contract over the kqueue of the system.
///
/// On this machine it is that of libkqueue, see `scripts/test-kqueue`.
@Suite(.guardingDescriptors(limit: .seconds(120)))
struct KqueueContractTests {
  static let fixture = ConformanceFixture<KqueueSelector, _>(
    makePair: { () throws(IOError) in try Loopback.pair() },
    makeListener: { () throws(IOError) in try Loopback.boundListener(for: KqueueSelector.self) },
    observePoller: { _ in .current() })

  /// The checks that libkqueue cannot pass, and the reasons.
  static let skipped: [SelectorCheck: String] = [
    "badDescriptorIsRefused": "libkqueue says EFAULT, whatever the reason",
    "closedSourceIsSilent":
      "libkqueue does not notice that a descriptor is closed, and may refuse its successor",
    "closedListenersPortIsFree":
      "libkqueue crashes when it frees a queue whose descriptor had a successor and is closed",
  ]

  @Test(arguments: SelectorCheck.allCases.filter { skipped[$0] == nil })
  func `the kqueue selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    try check.run(on: Self.fixture)
  }
}

#endif
