public import Synchronization

/// Which selector a source is registered with.
///
/// It stands inline in the source: two words.
///
/// The association is checked in every build, and changed only by compare-exchange: of two threads
/// that register a source, one succeeds; a registration that the system refuses is undone.
@safe
public struct RegistrationState: ~Copyable, Sendable {
  /// The owning selector's number, zero for none.
  @usableFromInline
  let owner = Atomic<UInt>(0)

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
    unsafe records.load(ordering: .acquiring)?.release()
  }

  /// Whether the source is registered with a selector, living or not.
  @inlinable
  public var isRegistered: Bool {
    owner.load(ordering: .acquiring) != 0
  }
}

// MARK: - Association

extension RegistrationState {
  @inlinable
  borrowing func associate(with selector: UInt) throws(IOError) {
    let (exchanged, other) = owner.compareExchange(
      expected: 0, desired: selector, ordering: .acquiringAndReleasing)
    if !exchanged { try takeOver(from: other, to: selector) }
  }

  /// Takes the association of a selector that is gone, and so cannot report this source any more.
  @inline(never)
  @usableFromInline
  borrowing func takeOver(from other: UInt, to selector: UInt) throws(IOError) {
    if SelectorIdentity.isAlive(other) { try IOError.raise(.alreadyRegistered, .register) }
    let (exchanged, _) = owner.compareExchange(
      expected: other, desired: selector, ordering: .acquiringAndReleasing)
    if !exchanged { try IOError.raise(.alreadyRegistered, .register) }
  }

  @inlinable
  borrowing func dissociate(from selector: UInt) {
    _ = owner.compareExchange(
      expected: selector, desired: 0, ordering: .acquiringAndReleasing)
  }

  /// Undoes the association after the system refused to register, and throws its error.
  @inline(never)
  @usableFromInline
  borrowing func undoAssociation(
    with selector: UInt, after error: IOError
  ) throws(IOError) -> Never {
    dissociate(from: selector)
    throw error
  }

  /// Throws the system's error after it refused to deregister.
  ///
  /// The association stays, unless the error says that the system knows nothing of the source.
  @inline(never)
  @usableFromInline
  borrowing func settleAssociation(
    with selector: UInt, after error: IOError
  ) throws(IOError) -> Never {
    if error.kind == .notRegistered || error.kind == .badDescriptor {
      dissociate(from: selector)
    }
    throw error
  }

  @inlinable
  borrowing func checkAssociation(
    with selector: UInt, _ operation: IOError.Operation
  ) throws(IOError) {
    if owner.load(ordering: .acquiring) != selector {
      try IOError.raise(.notRegistered, operation)
    }
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
