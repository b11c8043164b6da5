import MioCore
import MioNet
import MioPoll
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// A checked selector keeps the contract, and the check finds no mistake in the conformance checks.
@Suite(.guardingDescriptors(limit: .seconds(300)))
struct CheckedContractTests {
  private func run<S: Selector & ~Copyable>(
    _ selectorCheck: SelectorCheck, over type: S.Type
  ) throws {
    let check = EdgeCheck()
    try selectorCheck.run(
      on: ConformanceFixture<CheckedSelector<S>, TCPStream>(
        makePair: { () throws(IOError) in try Loopback.pair() },
        makeListener: { () throws(IOError) in
          try Loopback.boundListener(for: CheckedSelector<S>.self)
        },
        observePoller: { _ in .current() },
        makeSelector: { () throws(IOError) in
          CheckedSelector(try S(), reportingTo: check)
        }))
    #expect(check.findings.isEmpty)
  }

  @Test(arguments: SelectorCheck.allCases)
  func `a checked system selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    try run(check, over: SystemSelector.self)
  }

  @Test(arguments: SelectorCheck.allCases)
  func `a checked poll(2) selector keeps the contract of selectors`(_ check: SelectorCheck) throws {
    try run(check, over: PollSelector.self)
  }

  /// The checks that apply to the mock and need no details of it.
  private static let mockChecks = SelectorCheck.allCases.filter {
    MockContractTests.skipped[$0] == nil
      && !["interruptedPollGoesOn", "interruptedPollThrowsOnRequest"].contains($0.name)
  }

  @Test(arguments: mockChecks)
  func `a checked mock selector keeps the contract of selectors`(
    _ selectorCheck: SelectorCheck
  ) throws {
    let check = EdgeCheck()
    try selectorCheck.run(
      on: ConformanceFixture<CheckedSelector<MockSelector>, MockStream>(
        makePair: { () throws(IOError) in MockStream.pair() },
        observePoller: { _ in PollingThread() },
        makeSelector: { () throws(IOError) in
          CheckedSelector(MockSelector(), reportingTo: check)
        }))
    #expect(check.findings.isEmpty)
  }
}
