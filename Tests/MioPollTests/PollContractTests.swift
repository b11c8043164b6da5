import MioCore
import MioPoll
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors(limit: .seconds(120)))
struct PollContractTests {
  static let fixture = ConformanceFixture<PollSelector, _>(
    makePair: { () throws(IOError) in try Loopback.pair() },
    makeListener: { () throws(IOError) in try Loopback.boundListener(for: PollSelector.self) },
    observePoller: { _ in .current() })

  static let withoutEpoll = ConformanceFixture<PollBackend<WitnesslessPollCalls>, _>(
    makePair: { () throws(IOError) in try Loopback.pair() },
    makeListener: { () throws(IOError) in
      try Loopback.boundListener(for: PollBackend<WitnesslessPollCalls>.self)
    },
    observePoller: { _ in .current() })

  @Test(arguments: SelectorCheck.allCases)
  func `poll keeps the contract`(_ check: SelectorCheck) throws {
    try check.run(on: Self.fixture)
  }

  @Test(arguments: SelectorCheck.allCases)
  func `the poll selector keeps the contract of selectors without epoll`(
    _ check: SelectorCheck
  ) throws {
    try check.run(on: Self.withoutEpoll)
  }
}
