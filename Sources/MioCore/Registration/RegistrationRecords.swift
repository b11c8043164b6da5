import Synchronization

/// The records that are attached to one source, newest first.
///
/// Threads iterate over them without a lock. Another selector that adds its own record removes the
/// records of selectors that no longer exist. Removed records are released when no thread iterates.
/// So a source never keeps more records than there are selectors.
@usableFromInline
@safe
final class RegistrationRecords: @unchecked Sendable {
  // Safety of `@unchecked`: only the thread that adds a record uses the properties that are not
  // atomic, and only one thread adds at a time.

  private let first = unsafe Atomic<Unmanaged<RegistrationRecord>?>(nil)

  /// The number of threads that iterate.
  private let walkers = Atomic<Int>(0)

  /// Removed records that are not released yet, because an iterating thread may have reached them.
  private var removed: [RegistrationRecord] = []

  init() {}

  deinit {
    var record = unsafe first.load(ordering: .acquiring)
    while let current = unsafe record {
      unsafe record = current._withUnsafeGuaranteedRef { unsafe $0.next.load(ordering: .acquiring) }
      unsafe current.release()
    }
  }

  /// Returns the first record that satisfies the condition.
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
  /// Only one thread at a time may call it.
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
    // A thread that begins to iterate after this point cannot reach the removed records.
    if walkers.load(ordering: .sequentiallyConsistent) == 0 { removed.removeAll() }
  }
}
