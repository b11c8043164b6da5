public import MioCore

/// The conformance checks: the contract of Mio, clause by clause (`Docs/Architecture.md`).
///
/// Every selector has to pass them, and they depend on no test framework: run them from Swift Testing,
/// from a plain executable, or from a package with a backend of its own.
///
///     @Test(arguments: SelectorCheck.allCases)
///     func `the selector keeps the contract`(_ check: SelectorCheck) throws {
///       try check.run(on: fixture)
///     }
public enum SelectorCheck: String, CaseIterable, Sendable {
  // C1
  case registrationIsAnEdge, reregistrationIsAnEdge, reregistrationReplacesEverything
  // C2
  case edgeIsReportedOnce, drainedEdgeIsReportedAnew, levelIsReportedWhileItHolds
  case oneShotIsReportedOnce, oneShotIsRearmedByReregistration, modeIsReplaced
  // C3
  case blockedReadRearmsReadingOnly, blockedWriteRearmsWritingOnly
  // C4
  case registeringTwiceIsRefused, secondPollIsRefused, strangersAreRefused
  case emptyInterestIsRefused, failedRegistrationCanBeRetried, oneOfTwoThreadsRegisters
  case sourceOfClosedSelectorIsFree
  case registeringRacesWithDeregistering, registeringRacesWithTwoThreadsDeregistering
  // C5
  case deregisteredSourceIsSilent, closedSourceIsSilent, deregisteredSourceCanRegisterAgain
  case sourceClosedElsewhereIsClosedAtOnce, pollAndSourceEndOnDifferentThreads
  case closedListenersPortIsFree
  // C6
  case readyEventsComeAtOnce, pollIsNeverEmptyEarly, zeroAndLessNeverBlock
  case anyTimeoutIsTaken, deadlineIsKept, pollIsNotLate
  // C7
  case interruptedPollGoesOn, interruptedPollThrowsOnRequest
  // C8
  case capacityIsNeverExceeded, noSourceStarves, wakesAndSourcesAlternate, badCapacityIsRefused
  // C9
  case oneEventPerSource, sharedTokenGivesTwoEvents
  // C10
  case finishedPeerIsReadClosed, closedPeerIsReadable, bothShutIsWriteClosed
  // C11
  case wakeBeforePollIsKept, wakeEndsAWait, wakesCoalesce, wakersHaveTheirOwnTokens
  case wakeOutlivesItsWaker, wakerOutlivesItsPoll, deliveredWakerWakesAnew
  case carriedOverWakesAllArrive, noWakeIsLostAtCapacity1, noWakeIsLostAtCapacity16
  case wakePublishesWhatHappenedBefore, firstWakerEndsAWaitUnderWay
  // C13
  case writingToAClosedPeerThrows
  // C14
  case everyTokenComesBack
  // C15
  case badDescriptorIsRefused, keptEventsStay
  // C16
  case registrationEndsAWait, duplicateWorksWhilePolling, readWriteAndDeregisterRunTogether

  /// Runs the check.
  ///
  /// - Throws: ``ContractViolation``, or an ``IOError`` that should not have been.
  public func run<S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable>(
    on fixture: ConformanceFixture<S, Stream>
  ) throws {
    let checks = SelectorChecks(fixture: fixture)
    switch self {
    case .registrationIsAnEdge: try checks.registrationIsAnEdge()
    case .reregistrationIsAnEdge: try checks.reregistrationIsAnEdge()
    case .reregistrationReplacesEverything: try checks.reregistrationReplacesEverything()
    case .edgeIsReportedOnce: try checks.edgeIsReportedOnce()
    case .drainedEdgeIsReportedAnew: try checks.drainedEdgeIsReportedAnew()
    case .levelIsReportedWhileItHolds: try checks.levelIsReportedWhileItHolds()
    case .oneShotIsReportedOnce: try checks.oneShotIsReportedOnce()
    case .oneShotIsRearmedByReregistration: try checks.oneShotIsRearmedByReregistration()
    case .modeIsReplaced: try checks.modeIsReplaced()
    case .blockedReadRearmsReadingOnly: try checks.blockedReadRearmsReadingOnly()
    case .blockedWriteRearmsWritingOnly: try checks.blockedWriteRearmsWritingOnly()
    case .registeringTwiceIsRefused: try checks.registeringTwiceIsRefused()
    case .secondPollIsRefused: try checks.secondPollIsRefused()
    case .strangersAreRefused: try checks.strangersAreRefused()
    case .emptyInterestIsRefused: try checks.emptyInterestIsRefused()
    case .failedRegistrationCanBeRetried: try checks.failedRegistrationCanBeRetried()
    case .oneOfTwoThreadsRegisters: try checks.oneOfTwoThreadsRegisters()
    case .sourceOfClosedSelectorIsFree: try checks.sourceOfClosedSelectorIsFree()
    case .registeringRacesWithDeregistering: try checks.registrationsStayWhole(deregistrars: 1)
    case .registeringRacesWithTwoThreadsDeregistering:
      try checks.registrationsStayWhole(deregistrars: 2)
    case .deregisteredSourceIsSilent: try checks.deregisteredSourceIsSilent()
    case .closedSourceIsSilent: try checks.closedSourceIsSilent()
    case .deregisteredSourceCanRegisterAgain: try checks.deregisteredSourceCanRegisterAgain()
    case .sourceClosedElsewhereIsClosedAtOnce: try checks.sourceClosedElsewhereIsClosedAtOnce()
    case .pollAndSourceEndOnDifferentThreads: try checks.pollAndSourceEndOnDifferentThreads()
    case .closedListenersPortIsFree: try checks.closedListenersPortIsFree()
    case .readyEventsComeAtOnce: try checks.readyEventsComeAtOnce()
    case .pollIsNeverEmptyEarly: try checks.pollIsNeverEmptyEarly()
    case .zeroAndLessNeverBlock: try checks.zeroAndLessNeverBlock()
    case .anyTimeoutIsTaken: try checks.anyTimeoutIsTaken()
    case .deadlineIsKept: try checks.deadlineIsKept()
    case .pollIsNotLate: try checks.pollIsNotLate()
    case .interruptedPollGoesOn: try checks.interruptedPollGoesOn()
    case .interruptedPollThrowsOnRequest: try checks.interruptedPollThrowsOnRequest()
    case .capacityIsNeverExceeded: try checks.capacityIsNeverExceeded()
    case .noSourceStarves: try checks.noSourceStarves()
    case .wakesAndSourcesAlternate: try checks.wakesAndSourcesAlternate()
    case .badCapacityIsRefused: try checks.badCapacityIsRefused()
    case .oneEventPerSource: try checks.oneEventPerSource()
    case .sharedTokenGivesTwoEvents: try checks.sharedTokenGivesTwoEvents()
    case .finishedPeerIsReadClosed: try checks.finishedPeerIsReadClosed()
    case .closedPeerIsReadable: try checks.closedPeerIsReadable()
    case .bothShutIsWriteClosed: try checks.bothShutIsWriteClosed()
    case .wakeBeforePollIsKept: try checks.wakeBeforePollIsKept()
    case .wakeEndsAWait: try checks.wakeEndsAWait()
    case .wakesCoalesce: try checks.wakesCoalesce()
    case .wakersHaveTheirOwnTokens: try checks.wakersHaveTheirOwnTokens()
    case .wakeOutlivesItsWaker: try checks.wakeOutlivesItsWaker()
    case .wakerOutlivesItsPoll: try checks.wakerOutlivesItsPoll()
    case .deliveredWakerWakesAnew: try checks.deliveredWakerWakesAnew()
    case .carriedOverWakesAllArrive: try checks.carriedOverWakesAllArrive()
    case .noWakeIsLostAtCapacity1: try checks.noWakeIsLost(capacity: 1)
    case .noWakeIsLostAtCapacity16: try checks.noWakeIsLost(capacity: 16)
    case .wakePublishesWhatHappenedBefore: try checks.wakePublishesWhatHappenedBefore()
    case .firstWakerEndsAWaitUnderWay: try checks.firstWakerEndsAWaitUnderWay()
    case .writingToAClosedPeerThrows: try checks.writingToAClosedPeerThrows()
    case .everyTokenComesBack: try checks.everyTokenComesBack()
    case .badDescriptorIsRefused: try checks.badDescriptorIsRefused()
    case .keptEventsStay: try checks.keptEventsStay()
    case .registrationEndsAWait: try checks.registrationEndsAWait()
    case .duplicateWorksWhilePolling: try checks.duplicateWorksWhilePolling()
    case .readWriteAndDeregisterRunTogether: try checks.readWriteAndDeregisterRunTogether()
    }
  }
}

/// The bodies of the checks; `SelectorCheck` names them.
struct SelectorChecks<S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable>: Sendable
{
  let fixture: ConformanceFixture<S, Stream>
}
