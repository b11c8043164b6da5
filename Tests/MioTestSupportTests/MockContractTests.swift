import MioCore
import MioTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
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
