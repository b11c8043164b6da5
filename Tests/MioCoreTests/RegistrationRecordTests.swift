import MioCore
import TestHelpers
import Testing

/// What selectors hang on a source.
struct RegistrationRecordTests {
  private final class CountedRecord: RegistrationRecord, @unchecked Sendable {
    let counts: Locked<(closed: Int, gone: Int)>

    init(_ counts: Locked<(closed: Int, gone: Int)>) {
      self.counts = counts
      super.init(selector: SelectorIdentity())
    }

    deinit {
      counts.withLock { $0.gone += 1 }
    }

    override func sourceWillClose() {
      counts.withLock { $0.closed += 1 }
    }
  }

  @Test
  func `any number of records is told and let go with the source, without a deep stack`() {
    let counts = Locked((closed: 0, gone: 0))
    do {
      let source = SourceDescriptor(borrowing: Descriptor(-1))
      source.withRegistration { _, state in
        for _ in 0..<200_000 { state.add(CountedRecord(counts)) }
      }
      #expect(counts.withLock { $0.gone } == 0)
    }
    #expect(counts.withLock { $0.gone } == 200_000)
    #expect(counts.withLock { $0.closed } >= 200_000)
  }
}
