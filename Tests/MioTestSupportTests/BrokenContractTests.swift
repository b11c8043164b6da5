import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The conformance checks over fixtures that do not keep the contract.
///
/// A check that cannot fail would let the author of a selector believe that the selector is right.
@Suite(.takingTurns)
struct BrokenContractTests {
  /// Runs one check, which has to fail.
  ///
  /// - Returns: The violation.
  private func violation<Stream: ByteStream & Sendable & ~Copyable>(
    _ check: SelectorCheck, on fixture: ConformanceFixture<MockSelector, Stream>
  ) throws -> ContractViolation {
    try #require(throws: ContractViolation.self) { try check.run(on: fixture) }
  }

  private func fixture(
    watching unwatchable: Interest = [.readable, .lio],
    makePair: @escaping @Sendable () throws(IOError) -> ConnectedPair<MockStream> = {
      () throws(IOError) in MockStream.pair()
    }
  ) -> ConformanceFixture<MockSelector, MockStream> {
    ConformanceFixture(
      makePair: makePair, observePoller: { _ in PollingThread() }, unwatchable: unwatchable)
  }

  @Test
  func `a selector that watches an interest that it should refuse violates the contract`() throws {
    let found = try violation("failedRegistrationCanBeRetried", on: fixture(watching: .readable))
    #expect(found.description.hasSuffix("got no error"))
    #expect(found.file.hasSuffix("SelectorChecks+Registration.swift") && found.line > 0)
  }

  @Test
  func `a missing event is reported with its token`() throws {
    let peers = Locked<[OpenStream]>([])
    let strangers = fixture { () throws(IOError) in
      // The two ends are not connected to each other. Their peers stay open.
      let one = MockStream.pair()
      let other = MockStream.pair()
      let opened = [OpenStream(one.second), OpenStream(other.second)]
      peers.withLock { $0 += opened }
      return ConnectedPair(first: one.first, second: other.first)
    }
    let found = try violation("failedRegistrationCanBeRetried", on: strangers)
    #expect(found.description.contains("no event of Token(2)"))
    #expect(
      try violation("writingToAClosedPeerThrows", on: strangers).description
        == "writing to a closed peer never fails")
  }

  @Test
  func `a check that the fixture does not support reports that it must be left out`() throws {
    #expect(
      try violation("interruptedPollThrowsOnRequest", on: fixture()).description
        == "the fixture cannot interrupt: leave this check out")
    #expect(
      try violation("closedListenersPortIsFree", on: fixture()).description
        == "the fixture makes no listener")
  }
}

private final class OpenStream: Sendable {
  private let stream: MockStream

  init(_ stream: consuming MockStream) {
    self.stream = stream
  }
}
