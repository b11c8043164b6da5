import MioCore
import MioTestSupport
import TestHelpers
import Testing

@Suite(.takingTurns(limit: .seconds(300)))
struct MockContractTests {
  static let fixture = ConformanceFixture<MockSelector, _>(
    makePair: { () throws(IOError) in MockStream.pair() },
    makeInterrupter: { registry in
      let queue = registry.selector.queue
      return { queue.fail(.poll, with: .interrupted) }
    })

  @Test(arguments: SelectorCheck.allCases)
  func `the mock keeps the contract`(_ check: SelectorCheck) throws {
    try check.run(on: Self.fixture)
  }
}
