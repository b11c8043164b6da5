import MioCore
import MioTestSupport
import TestHelpers
import Testing

@Suite(.takingTurns(limit: .seconds(120)))
struct MockContractTests {
  static let fixture = ConformanceFixture<MockSelector, _>(
    makePair: { () throws(IOError) in MockStream.pair() },
    observePoller: { registry in
      let queue = registry.selector.queue
      return PollingThread(
        isWaiting: { queue.isWaiting },
        interruption: .init(
          interrupt: { queue.fail(.poll, with: .interrupted) }, count: { queue.failureCount }))
    })

  /// The checks that do not apply, and the reasons.
  static let skipped: [SelectorCheck: String] = [
    "closedListenersPortIsFree": "the mock has no ports"
  ]

  @Test(arguments: SelectorCheck.allCases.filter { skipped[$0] == nil })
  func `the mock selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    try check.run(on: Self.fixture)
  }

  @Test
  func `every conformance check has a unique name`() {
    #expect(Set(SelectorCheck.allCases).count == SelectorCheck.allCases.count)
    #expect(SelectorCheck.allCases.count > 50)
  }
}
