public import MioCore

/// A check of the contract that every selector keeps (`Docs/Contract.md`).
///
/// The checks do not depend on a test framework. Run them from Swift Testing, from a plain
/// executable, or from a package that has its own selector:
///
///     @Test(arguments: SelectorCheck.allCases)
///     func `the selector keeps the contract`(_ check: SelectorCheck) throws {
///       try check.run(on: fixture)
///     }
///
/// The name of a check states the behaviour that it proves. A suite that leaves out some checks
/// writes their names as literals:
///
///     let skipped: [SelectorCheck: String] = ["interruptedPollGoesOn": "the system has no signals"]
public struct SelectorCheck: Hashable, Sendable {
  /// The behaviour that the check proves, such as `registrationIsAnEdge`.
  public let name: String

  /// Runs the check.
  ///
  /// - Parameter fixture: The selector, and functions that make streams that it can watch.
  /// - Throws: ``ContractViolation`` if the selector violates the contract, or an unexpected
  ///   ``IOError``.
  public func run<S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable>(
    on fixture: ConformanceFixture<S, Stream>
  ) throws {
    try SelectorChecks(fixture: fixture).all.first { $0.key == name }?.value()
  }
}

extension SelectorCheck: CaseIterable {
  /// All checks, in the order of the clauses of the contract.
  public static let allCases: [SelectorCheck] = {
    // All checks, in the order of the contract's clauses.
    let fixture = ConformanceFixture<MockSelector, _>(
      makePair: { () throws(IOError) in MockStream.pair() }, observePoller: { _ in PollingThread() }
    )
    return SelectorChecks(fixture: fixture).all.map { SelectorCheck(name: $0.key) }
  }()
}

extension SelectorCheck: ExpressibleByStringLiteral {
  /// Creates the check with this name.
  ///
  /// - Precondition: A check with this name exists.
  public init(stringLiteral name: String) {
    self.init(name: name)
    precondition(SelectorCheck.allCases.contains(self), "there is no check \(name)")
  }
}

extension SelectorCheck: CustomStringConvertible {
  /// The name of the check.
  public var description: String { name }
}

/// The implementations of the checks.
struct SelectorChecks<S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable>: Sendable
{
  let fixture: ConformanceFixture<S, Stream>

  /// The names and the implementations of the checks, in the order of the contract's clauses.
  var all: KeyValuePairs<String, () throws -> Void> {
    [
      // C1
      "registrationIsAnEdge": registrationIsAnEdge,
      "reregistrationIsAnEdge": reregistrationIsAnEdge,
      "reregistrationReplacesEverything": reregistrationReplacesEverything,
      // C2
      "edgeIsReportedOnce": edgeIsReportedOnce,
      "drainedEdgeIsReportedAnew": drainedEdgeIsReportedAnew,
      "levelIsReportedWhileItHolds": levelIsReportedWhileItHolds,
      "oneShotIsReportedOnce": oneShotIsReportedOnce,
      "oneShotIsRearmedByReregistration": oneShotIsRearmedByReregistration,
      "modeIsReplaced": modeIsReplaced,
      // C3
      "blockedReadRearmsReadingOnly": blockedReadRearmsReadingOnly,
      "blockedWriteRearmsWritingOnly": blockedWriteRearmsWritingOnly,
      // C4
      "registeringTwiceIsRefused": registeringTwiceIsRefused,
      "secondPollIsRefused": secondPollIsRefused,
      "strangersAreRefused": strangersAreRefused,
      "emptyInterestIsRefused": emptyInterestIsRefused,
      "failedRegistrationCanBeRetried": failedRegistrationCanBeRetried,
      "oneOfTwoThreadsRegisters": oneOfTwoThreadsRegisters,
      "sourceOfClosedSelectorIsFree": sourceOfClosedSelectorIsFree,
      "registeringRacesWithDeregistering": { () throws in
        try registrationsStayWhole(deregistrars: 1)
      },
      "registeringRacesWithTwoThreadsDeregistering": { () throws in
        try registrationsStayWhole(deregistrars: 2)
      },
      // C5
      "deregisteredSourceIsSilent": deregisteredSourceIsSilent,
      "closedSourceIsSilent": closedSourceIsSilent,
      "deregisteredSourceCanRegisterAgain": deregisteredSourceCanRegisterAgain,
      "sourceClosedElsewhereIsClosedAtOnce": sourceClosedElsewhereIsClosedAtOnce,
      "pollAndSourceEndOnDifferentThreads": pollAndSourceEndOnDifferentThreads,
      "closedListenersPortIsFree": closedListenersPortIsFree,
      // C6
      "readyEventsComeAtOnce": readyEventsComeAtOnce,
      "pollIsNeverEmptyEarly": pollIsNeverEmptyEarly,
      "zeroAndLessNeverBlock": zeroAndLessNeverBlock,
      "anyTimeoutIsTaken": anyTimeoutIsTaken,
      "deadlineIsKept": deadlineIsKept,
      "pollIsNotLate": pollIsNotLate,
      // C7
      "interruptedPollGoesOn": interruptedPollGoesOn,
      "interruptedPollThrowsOnRequest": interruptedPollThrowsOnRequest,
      // C8
      "capacityIsNeverExceeded": capacityIsNeverExceeded,
      "noSourceStarves": noSourceStarves,
      "wakesAndSourcesAlternate": wakesAndSourcesAlternate,
      "badCapacityIsRefused": badCapacityIsRefused,
      // C9
      "oneEventPerSource": oneEventPerSource,
      "sharedTokenGivesTwoEvents": sharedTokenGivesTwoEvents,
      // C10
      "finishedPeerIsReadClosed": finishedPeerIsReadClosed,
      "closedPeerIsReadable": closedPeerIsReadable,
      "bothShutIsWriteClosed": bothShutIsWriteClosed,
      // C11
      "wakeBeforePollIsKept": wakeBeforePollIsKept,
      "wakeEndsAWait": wakeEndsAWait,
      "wakesCoalesce": wakesCoalesce,
      "wakersHaveTheirOwnTokens": wakersHaveTheirOwnTokens,
      "wakeOutlivesItsWaker": wakeOutlivesItsWaker,
      "wakerOutlivesItsPoll": wakerOutlivesItsPoll,
      "deliveredWakerWakesAnew": deliveredWakerWakesAnew,
      "carriedOverWakesAllArrive": carriedOverWakesAllArrive,
      "noWakeIsLostAtCapacity1": { () throws in try noWakeIsLost(capacity: 1) },
      "noWakeIsLostAtCapacity16": { () throws in try noWakeIsLost(capacity: 16) },
      "wakePublishesWhatHappenedBefore": wakePublishesWhatHappenedBefore,
      "firstWakerEndsAWaitUnderWay": firstWakerEndsAWaitUnderWay,
      // C13
      "writingToAClosedPeerThrows": writingToAClosedPeerThrows,
      // C14
      "everyTokenComesBack": everyTokenComesBack,
      // C15
      "badDescriptorIsRefused": badDescriptorIsRefused,
      "keptEventsStay": keptEventsStay,
      // C16
      "registrationEndsAWait": registrationEndsAWait,
      "duplicateWorksWhilePolling": duplicateWorksWhilePolling,
      "readWriteAndDeregisterRunTogether": readWriteAndDeregisterRunTogether,
    ]
  }
}
