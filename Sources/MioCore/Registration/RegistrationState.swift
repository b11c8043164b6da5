public import Synchronization

/// The selector that a source is registered with, and the records of selectors that keep state for
/// it.
///
/// It is stored inline in the source, in two words. The association is checked in every build.
@safe
public struct RegistrationState: ~Copyable, Sendable {
  @usableFromInline
  let association = Association()

  /// The records of selectors that keep state, or `nil` until the first of them adds its record.
  ///
  /// A comparison with `nil` needs no ordering: the code that uses the records loads them again.
  @usableFromInline
  let records = unsafe Atomic<Unmanaged<RegistrationRecords>?>(nil)

  /// Creates the state of a source that is not registered.
  @inlinable
  public init() {}

  @inlinable
  deinit {
    if unsafe records.load(ordering: .relaxed) != nil { releaseRecords() }
  }

  /// Notifies the selectors that the source ends, and releases the records.
  ///
  /// A source may end without a call of ``sourceWillClose()``, and a selector must not use a record
  /// after its release.
  @inline(never)
  @usableFromInline
  borrowing func releaseRecords() {
    notifySourceWillClose()
    unsafe records.load(ordering: .acquiring)?.release()
  }

  /// Whether the source is registered with a selector, even one that no longer exists.
  @inlinable
  public var isRegistered: Bool {
    association.selector != 0
  }
}

// MARK: - Records

extension RegistrationState {
  /// Returns the record of the selector with this identity, or `nil` if it has created none.
  public borrowing func record(of selector: SelectorIdentity) -> RegistrationRecord? {
    unsafe records.load(ordering: .acquiring)?._withUnsafeGuaranteedRef { records in
      records.first { $0.selectorID == selector.rawValue }
    }
  }

  /// Attaches the record of a selector to the source, which owns it from now on.
  ///
  /// A backend calls this while it registers a source that does not have its record yet. The
  /// association ensures that only one thread at a time does so.
  public borrowing func add(_ record: RegistrationRecord) {
    if let records = unsafe records.load(ordering: .acquiring) {
      return unsafe records._withUnsafeGuaranteedRef { $0.add(record) }
    }
    let records = RegistrationRecords()
    records.add(record)
    unsafe self.records.store(.passRetained(records), ordering: .releasing)
  }

  /// Notifies the records that an operation in this direction begins.
  ///
  /// It exists for tools that check programs. It does nothing in an optimized build, and costs
  /// nothing.
  @inlinable
  public borrowing func operationWillBegin(_ direction: Direction) {
    assert(notifyOperationWillBegin(direction))
  }

  /// Whether this build notifies the records when operations begin.
  public static var notifiesOfOperations: Bool {
    var isActive = false
    assert(
      {
        isActive = true
        return true
      }())
    return isActive
  }

  /// Returns `true`, so that it can be called in an `assert`.
  @inline(never)
  @usableFromInline
  borrowing func notifyOperationWillBegin(_ direction: Direction) -> Bool {
    notifyRecords { $0.operationWillBegin(direction) }
    return true
  }

  /// Notifies the records that an operation in this direction would have blocked.
  @inlinable
  public borrowing func wouldBlock(_ direction: Direction) {
    if unsafe records.load(ordering: .relaxed) != nil { notifyWouldBlock(direction) }
  }

  /// Notifies the records that the readiness of the source may have changed.
  ///
  /// Operations call this if they change the nature of a source, as `listen` does, or if they clear
  /// a reported condition, such as a pending error. The readiness after the call is then reported
  /// like that of a new registration.
  @inlinable
  public borrowing func readinessMayHaveChanged() {
    readinessMayHaveChanged(.readable)
    readinessMayHaveChanged(.writable)
  }

  /// Notifies the records that the readiness of the source in this direction may have changed.
  @inlinable
  public borrowing func readinessMayHaveChanged(_ direction: Direction) {
    if unsafe records.load(ordering: .relaxed) != nil { notifyReadinessMayHaveChanged(direction) }
  }

  @inline(never)
  @usableFromInline
  borrowing func notifyReadinessMayHaveChanged(_ direction: Direction) {
    notifyRecords { $0.readinessMayHaveChanged(direction) }
  }

  @inline(never)
  @usableFromInline
  borrowing func notifyWouldBlock(_ direction: Direction) {
    notifyRecords { $0.wouldBlock(direction) }
  }

  /// Notifies the records that the descriptor is about to be closed or given away.
  @inlinable
  public borrowing func sourceWillClose() {
    if unsafe records.load(ordering: .relaxed) != nil { notifySourceWillClose() }
  }

  @inline(never)
  @usableFromInline
  borrowing func notifySourceWillClose() {
    notifyRecords { $0.sourceWillClose() }
  }

  private borrowing func notifyRecords(_ body: (RegistrationRecord) -> Void) {
    unsafe records.load(ordering: .acquiring)?._withUnsafeGuaranteedRef { $0.forEach(body) }
  }
}
