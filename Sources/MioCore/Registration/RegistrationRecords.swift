import Synchronization

/// The records that hang on one source, newest first.
///
/// Threads walk through them without a lock. Records of selectors that are gone are taken out when another
/// selector adds its own, and released when nobody walks: so a source keeps no more records than there are
/// selectors, however many it has met.
@usableFromInline
@safe
final class RegistrationRecords: @unchecked Sendable {
  // Safety of `@unchecked`: what is not atomic is used only by the thread that adds, and one adds at a time.

  private let first = unsafe Atomic<Unmanaged<RegistrationRecord>?>(nil)

  /// How many threads walk.
  private let walkers = Atomic<Int>(0)

  /// Taken out, and not released yet, for somebody may have walked onto them.
  private var removed: [RegistrationRecord] = []

  init() {}

  deinit {
    var record = unsafe first.load(ordering: .acquiring)
    while let current = unsafe record {
      unsafe record = current._withUnsafeGuaranteedRef { unsafe $0.next.load(ordering: .acquiring) }
      unsafe current.release()
    }
  }

  /// Returns the first record of which the condition holds.
  func first(where condition: (RegistrationRecord) -> Bool) -> RegistrationRecord? {
    walkers.add(1, ordering: .sequentiallyConsistent)
    defer { walkers.subtract(1, ordering: .sequentiallyConsistent) }
    var record = unsafe first.load(ordering: .sequentiallyConsistent)
    while let current = unsafe record?.takeUnretainedValue() {
      if condition(current) { return current }
      unsafe record = current.next.load(ordering: .sequentiallyConsistent)
    }
    return nil
  }

  func forEach(_ body: (RegistrationRecord) -> Void) {
    _ = first { record in
      body(record)
      return false
    }
  }

  /// Adds a record.
  ///
  /// One thread at a time calls it.
  func add(_ record: RegistrationRecord) {
    removeAbandoned()
    unsafe record.next.store(first.load(ordering: .relaxed), ordering: .relaxed)
    unsafe first.store(Unmanaged.passRetained(record), ordering: .sequentiallyConsistent)
  }

  private func removeAbandoned() {
    var previous: RegistrationRecord?
    var record = unsafe first.load(ordering: .relaxed)
    while let link = unsafe record {
      let current = unsafe link.takeUnretainedValue()
      let next = unsafe current.next.load(ordering: .relaxed)
      if SelectorIdentity.isAlive(current.selectorID) {
        previous = current
      } else {
        if let previous {
          unsafe previous.next.store(next, ordering: .sequentiallyConsistent)
        } else {
          unsafe first.store(next, ordering: .sequentiallyConsistent)
        }
        removed.append(current)
        unsafe link.release()
      }
      unsafe record = next
    }
    // Who begins to walk from now on does not come upon them.
    if walkers.load(ordering: .sequentiallyConsistent) == 0 { removed.removeAll() }
  }
}
