import MioCore
import MioTestSupport
import MioWindows
import TestHelpers
import Testing

/// The contract over named pipes.
///
/// A pipe belongs to its first selector, so both ends of each pair are registered first with the
/// newest selector.
@Suite(.guardingDescriptors(limit: .seconds(300)))
struct NamedPipeContractTests {
  private static let newest = Newest()

  static let fixture = ConformanceFixture<AFDSelector, _>(
    makePair: { () throws(IOError) in
      let pair = try NamedPipes.pair()
      try newest.bind(pair.first)
      try newest.bind(pair.second)
      return pair
    },
    observePoller: { _ in .current() },
    makeSelector: { () throws(IOError) in try newest.makeSelector() })

  @Test(arguments: SelectorCheck.allCases)
  func `a selector with named pipes keeps the contract of selectors`(_ check: SelectorCheck) throws
  {
    if let reason = Self.skipped[check] { try skip(check.name, reason) }
    defer { Self.newest.forget() }
    try check.run(on: Self.fixture)
  }

  /// The checks that do not apply, and the reasons.
  private static let skipped: [SelectorCheck: Comment] = [
    "interruptedPollGoesOn": "Windows has no signals",
    "interruptedPollThrowsOnRequest": "Windows has no signals",
    "closedListenersPortIsFree": "pipes have names, and no ports",
    "finishedPeerIsReadClosed": "pipes know no end of one direction",
    "closedPeerIsReadable": "a pipe tells of the end when what is before it is read",
    "bothShutIsWriteClosed": "pipes know no end of one direction",
    "secondPollIsRefused": "pipes belong to one selector: NamedPipeParityTests",
    "sourceClosedElsewhereIsClosedAtOnce": "a pipe reads as its selector is polled",
    "pollAndSourceEndOnDifferentThreads": "a pipe reads as its selector is polled",
    "sourceOfClosedSelectorIsFree": "pipes belong to one selector: NamedPipeParityTests",
  ]
}

/// The selector that was made last.
private final class Newest: Sendable {
  private let registry = Locked<Registration?>(nil)

  /// A class, because a locked value must be copyable.
  private final class Registration: Sendable {
    let registry: Registry<AFDSelector>

    init(_ registry: consuming Registry<AFDSelector>) {
      self.registry = registry
    }
  }

  func makeSelector() throws(IOError) -> AFDSelector {
    let selector = try AFDSelector()
    let registration = Registration(selector.duplicate())
    registry.withLock { $0 = registration }
    return selector
  }

  func bind(_ pipe: borrowing NamedPipe) throws(IOError) {
    guard let registration = registry.withLock({ $0 }) else { return }
    try registration.registry.register(pipe, token: 0, interest: .readable)
    try registration.registry.deregister(pipe)
  }

  func forget() {
    registry.withLock { $0 = nil }
  }
}
