import MioCore
import TestHelpers
import Testing

/// The records that selectors add to a source.
struct RegistrationRecordTests {
  private final class CountedRecord: RegistrationRecord, @unchecked Sendable {
    struct Counts {
      var made = 0
      var closed = 0
      var gone = 0
    }

    let counts: Locked<Counts>

    init(_ counts: Locked<Counts>, _ selector: SelectorIdentity = SelectorIdentity()) {
      self.counts = counts
      super.init(selector: selector)
      counts.withLock { $0.made += 1 }
    }

    deinit {
      counts.withLock { $0.gone += 1 }
    }

    override func sourceWillClose() {
      counts.withLock { $0.closed += 1 }
    }
  }

  private let counts = Locked(CountedRecord.Counts())

  @Test
  func `a source keeps only the records of selectors that still exist`() {
    let living = SelectorIdentity()
    let source = BorrowedDescriptor(Descriptor(-1))
    source.withRegistration { _, state in
      state.add(CountedRecord(counts, living))
      for _ in 0..<20_000 { state.add(CountedRecord(counts)) }
      #expect(counts.withLock { $0.made - $0.gone } == 2)
      #expect(state.record(of: living) != nil)
    }
  }

  @Test
  func `all records are notified of the end of their source, and are released with it`() {
    let living = (0..<100).map { _ in SelectorIdentity() }
    do {
      let source = BorrowedDescriptor(Descriptor(-1))
      source.withRegistration { _, state in
        for selector in living { state.add(CountedRecord(counts, selector)) }
        for selector in living {
          #expect(state.record(of: selector)?.selectorID == selector.rawValue)
        }
      }
      #expect(counts.withLock { $0.gone } == 0)
    }
    #expect(counts.withLock { $0.gone } == 100)
    #expect(counts.withLock { $0.closed } >= 100)
    withExtendedLifetime(living) {}
  }

  @Test
  func `a record is not released while a thread iterates over the records`() throws {
    /// Adds a record to its source when it is notified, as another thread would.
    final class AddingRecord: RegistrationRecord, @unchecked Sendable {
      let action = Locked<(@Sendable () -> Void)?>(nil)
      override func wouldBlock(_ direction: Direction) { action.withLock { $0 }?() }
    }
    let counts = counts
    let living = SelectorIdentity()
    let source = SharedSource(-1)
    var selector: SelectorIdentity? = SelectorIdentity()
    source.withRegistration { _, state in
      state.add(CountedRecord(counts, selector ?? living))
      let walkedOn = AddingRecord(selector: living)
      walkedOn.action.withLock {
        $0 = {
          source.withRegistration { _, state in state.add(CountedRecord(counts, living)) }
          // The thread that walks the list may be at this record, so the record must still exist.
          #expect(counts.withLock { $0.gone } == 0)
        }
      }
      state.add(walkedOn)
      selector = nil
      state.wouldBlock(.readable)
      walkedOn.action.withLock { $0 = nil }
      state.add(CountedRecord(counts, living))
      #expect(counts.withLock { $0.gone } == 1)
    }
  }

  private final class ListeningRecord: RegistrationRecord, @unchecked Sendable {
    // Safety of `@unchecked`: one thread uses it.

    var heard: [String] = []
    override func operationWillBegin(_ direction: Direction) { heard.append("begins") }
    override func wouldBlock(_ direction: Direction) { heard.append("blocks \(direction)") }
  }

  @Test(.enabled(if: RegistrationState.notifiesOfOperations, "an optimized build does not notify"))
  func `a record is notified of an operation before the operation begins`() {
    let source = BorrowedDescriptor(Descriptor(rawValue: -1))
    let record = ListeningRecord(selector: SelectorIdentity())
    source.withRegistration { _, state in state.add(record) }
    _ = source.withIO(.readable) { _ -> Int? in
      record.heard.append("succeeds")
      return 1
    }
    _ = source.withIO(.writable) { _ -> Int? in nil }
    #expect(record.heard == ["begins", "succeeds", "begins", "blocks writable"])
  }

  @Test
  func `a selector handles changed readiness as if both directions would have blocked`() {
    let source = BorrowedDescriptor(Descriptor(rawValue: -1))
    let record = ListeningRecord(selector: SelectorIdentity())
    source.withRegistration { _, state in
      state.add(record)
      state.readinessMayHaveChanged()
    }
    #expect(record.heard == ["blocks readable", "blocks writable"])
  }
}
