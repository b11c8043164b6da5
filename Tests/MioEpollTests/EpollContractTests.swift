import MioCore
import MioEpoll
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors(limit: .seconds(120)))
struct EpollContractTests {
  static let fixture = ConformanceFixture<EpollSelector, _>(
    makePair: { () throws(IOError) in try Loopback.pair() },
    makeListener: { () throws(IOError) in try Loopback.boundListener(for: EpollSelector.self) },
    observePoller: { _ in .current() })

  @Test(arguments: SelectorCheck.allCases)
  func `the epoll selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    try check.run(on: Self.fixture)
  }
}
