public import Synchronization

/// Which selector a source is registered with, and what selectors keep of it.
///
/// It stands inline in the source: two words. The association is checked in every build.
@safe
public struct RegistrationState: ~Copyable, Sendable {
  @usableFromInline
  let association = Association()

  /// The records of selectors that keep some; `nil` until the first of them adds its own.
  @usableFromInline
  let records = unsafe Atomic<Unmanaged<RegistrationRecords>?>(nil)

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
    unsafe records.load(ordering: .acquiring)?.release()
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
    unsafe records.load(ordering: .acquiring)?._withUnsafeGuaranteedRef { records in
      records.first { $0.selectorID == selector.rawValue }
    }
  }

  /// Hangs a selector's record on the source, which from now on owns it.
  ///
  /// Backends call this while they register the source, when it has no record of theirs yet; the
  /// association makes sure that one thread at a time does so.
  public borrowing func add(_ record: RegistrationRecord) {
    if let records = unsafe records.load(ordering: .acquiring) {
      return unsafe records._withUnsafeGuaranteedRef { $0.add(record) }
    }
    let records = RegistrationRecords()
    records.add(record)
    unsafe self.records.store(.passRetained(records), ordering: .releasing)
  }

  /// Tells the records that an operation in this direction would have blocked.
  @inlinable
  public borrowing func wouldBlock(_ direction: Direction) {
    if unsafe records.load(ordering: .acquiring) != nil { tellWouldBlock(direction) }
  }

  /// Tells the records that the source may be ready for something else than before.
  ///
  /// Operations say so that change what a source is, such as `listen`, or take what an event told of, such
  /// as a pending error. What is so from now on is then reported like a registration.
  @inlinable
  public borrowing func readinessMayHaveChanged() {
    wouldBlock(.readable)
    wouldBlock(.writable)
  }

  @inline(never)
  @usableFromInline
  borrowing func tellWouldBlock(_ direction: Direction) {
    tell { $0.wouldBlock(direction) }
  }

  /// Tells the records that the descriptor is about to be closed or given away.
  @inlinable
  public borrowing func sourceWillClose() {
    if unsafe records.load(ordering: .acquiring) != nil { tellSourceWillClose() }
  }

  @inline(never)
  @usableFromInline
  borrowing func tellSourceWillClose() {
    tell { $0.sourceWillClose() }
  }

  private borrowing func tell(_ body: (RegistrationRecord) -> Void) {
    unsafe records.load(ordering: .acquiring)?._withUnsafeGuaranteedRef { $0.forEach(body) }
  }
}
