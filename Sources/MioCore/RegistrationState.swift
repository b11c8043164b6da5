public import Synchronization

/// Which selector a source is registered with, and what selectors keep of it.
///
/// It stands inline in the source: two words. The association is checked in every build.
@safe
public struct RegistrationState: ~Copyable, Sendable {
  @usableFromInline
  let association = Association()

  /// The records of selectors that keep some, newest first.
  @usableFromInline
  let records = unsafe Atomic<Unmanaged<RegistrationRecord>?>(nil)

  /// Creates the state of a source that is not registered.
  @inlinable
  public init() {}

  @inlinable
  deinit {
    if unsafe records.load(ordering: .acquiring) != nil { releaseRecords() }
  }

  /// Selectors hear of the end of a source that has not said so itself: they must not go on to use a
  /// record that is gone.
  @inline(never)
  @usableFromInline
  borrowing func releaseRecords() {
    tellSourceWillClose()
    var record = unsafe records.load(ordering: .acquiring)
    while let current = unsafe record {
      unsafe record = current._withUnsafeGuaranteedRef { unsafe $0.next }
      unsafe current.release()
    }
  }

  /// Whether the source is registered with a selector, living or not.
  @inlinable
  public var isRegistered: Bool {
    association.selector != 0
  }
}

// MARK: - Records

extension RegistrationState {
  /// The record that the selector with this identity made, if it has made one.
  public borrowing func record(of selector: SelectorIdentity) -> RegistrationRecord? {
    var record = unsafe records.load(ordering: .acquiring)
    while let current = unsafe record?.takeUnretainedValue() {
      if current.selectorID == selector.rawValue { return current }
      unsafe record = current.next
    }
    return nil
  }

  /// Hangs a selector's record on the source, which from now on owns it.
  ///
  /// Backends call this while they register the source, when it has no record of theirs yet; the
  /// association makes sure that no other thread does so for the same selector.
  public borrowing func add(_ record: RegistrationRecord) {
    let added = unsafe Unmanaged.passRetained(record)
    var first = unsafe records.load(ordering: .acquiring)
    while true {
      unsafe record.next = first
      let (exchanged, original) = unsafe records.compareExchange(
        expected: first, desired: added, ordering: .acquiringAndReleasing)
      if exchanged { return }
      unsafe first = original
    }
  }

  /// Tells the records that an operation in this direction would have blocked.
  @inlinable
  public borrowing func wouldBlock(_ direction: Direction) {
    if unsafe records.load(ordering: .acquiring) != nil { tellWouldBlock(direction) }
  }

  @inline(never)
  @usableFromInline
  borrowing func tellWouldBlock(_ direction: Direction) {
    var record = unsafe records.load(ordering: .acquiring)
    while let current = unsafe record?.takeUnretainedValue() {
      current.wouldBlock(direction)
      unsafe record = current.next
    }
  }

  /// Tells the records that the descriptor is about to be closed or given away.
  @inlinable
  public borrowing func sourceWillClose() {
    if unsafe records.load(ordering: .acquiring) != nil { tellSourceWillClose() }
  }

  @inline(never)
  @usableFromInline
  borrowing func tellSourceWillClose() {
    var record = unsafe records.load(ordering: .acquiring)
    while let current = unsafe record?.takeUnretainedValue() {
      current.sourceWillClose()
      unsafe record = current.next
    }
  }
}
