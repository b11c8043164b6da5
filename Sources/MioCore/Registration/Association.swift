public import Synchronization

/// Which selector a source is registered with: a word that threads change by compare-exchange only.
///
/// A call claims the word before it asks the system, and settles it with the system's answer. So the word and
/// the system agree whenever no call is under way, and of several threads one has its way.
///
/// | The word | What it says |
/// | --- | --- |
/// | 0 | The source belongs to no selector. |
/// | S | It is registered with S. |
/// | S + registering | A thread asks S to register it. |
/// | S + deregistering | A thread asks S to deregister it. |
/// | S + registering + overtaking | A thread asks S to register it, and a second one to deregister it. |
/// | S + overtaking | The first of the two is done: it registered the source. |
/// | overtaking | The first of the two is done: the system refused. |
/// | registering | The second of the two is done: it deregistered the source. |
///
/// The last four serve a poller that deregisters a source after its first event, while the thread that
/// registers the source has not yet heard of the system's answer.
@usableFromInline
struct Association: ~Copyable, Sendable {
  @usableFromInline
  let word = Atomic<UInt>(0)

  @usableFromInline
  init() {}

  @inlinable
  static var registering: UInt { 1 << (UInt.bitWidth - 1) }

  @inlinable
  static var deregistering: UInt { registering >> 1 }

  @inlinable
  static var overtaking: UInt { registering >> 2 }

  /// The selector that the source belongs to or is about to belong to, zero for none.
  @inlinable
  var selector: UInt { word.load(ordering: .acquiring) & SelectorIdentity.largestNumber }

  @inlinable
  borrowing func replace(_ old: UInt, by new: UInt) -> Bool {
    word.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
  }
}

// MARK: - Registering

extension Association {
  /// Claims a source that belongs to no selector, or to one that is gone.
  @inlinable
  borrowing func beginRegistering(with selector: UInt) throws(IOError) {
    if !replace(0, by: selector | Association.registering) { try takeOver(to: selector) }
  }

  /// Claims a source whose selector is gone, and so cannot report it any more.
  ///
  /// A selector that is asked at the moment is not gone, for the call borrows it.
  @inline(never)
  @usableFromInline
  borrowing func takeOver(to selector: UInt) throws(IOError) {
    let other = word.load(ordering: .acquiring)
    if other > SelectorIdentity.largestNumber || SelectorIdentity.isAlive(other)
      || !replace(other, by: selector | Association.registering)
    {
      try IOError.raise(.alreadyRegistered, .register)
    }
  }

  /// Settles the claim: the system registered the source.
  @inlinable
  borrowing func finishRegistering(with selector: UInt) {
    if !replace(selector | Association.registering, by: selector) {
      settleRegistering(selector, as: selector)
    }
  }

  /// Settles the claim after the system refused to register the source, and throws its error.
  @inline(never)
  @usableFromInline
  borrowing func undoRegistering(
    with selector: UInt, after error: IOError
  ) throws(IOError) -> Never {
    settleRegistering(selector, as: 0)
    throw error
  }

  @inline(never)
  @usableFromInline
  borrowing func settleRegistering(_ selector: UInt, as result: UInt) {
    let claimed = selector | Association.registering
    while !replace(claimed, by: result),
      !replace(claimed | Association.overtaking, by: result | Association.overtaking),
      !replace(Association.registering, by: 0)
    {}
  }
}

// MARK: - Deregistering

extension Association {
  /// Claims a source that belongs to this selector.
  ///
  /// - Returns: Whether it did.
  @inlinable
  borrowing func beginDeregistering(from selector: UInt) -> Bool {
    replace(selector, by: selector | Association.deregistering)
  }

  /// Settles the claim: the system deregistered the source.
  ///
  /// Nobody else changes the word while the claim stands.
  @inlinable
  borrowing func finishDeregistering() {
    word.store(0, ordering: .releasing)
  }

  /// Settles the claim after the system refused to deregister the source, and throws its error.
  ///
  /// The association stays, unless the error says that the system knows nothing of the source.
  @inline(never)
  @usableFromInline
  borrowing func undoDeregistering(
    from selector: UInt, after error: IOError
  ) throws(IOError) -> Never {
    let isForgotten = error.kind == .notRegistered || error.kind == .badDescriptor
    word.store(isForgotten ? 0 : selector, ordering: .releasing)
    throw error
  }
}

// MARK: - Overtaking a thread that registers

extension Association {
  /// Claims a source that another thread registers with this selector, to deregister it.
  @inline(never)
  @usableFromInline
  borrowing func beginOvertaking(with selector: UInt) throws(IOError) {
    let claimed = selector | Association.registering
    if !replace(claimed, by: claimed | Association.overtaking) {
      try IOError.raise(.notRegistered, .deregister)
    }
  }

  /// Settles the claim: the system deregistered the source, or did not know it yet.
  @inline(never)
  @usableFromInline
  borrowing func finishOvertaking(with selector: UInt, isDeregistered: Bool) {
    let result = isDeregistered ? 0 : selector
    while !replace(
      selector | Association.registering | Association.overtaking,
      by: result | Association.registering),
      !replace(selector | Association.overtaking, by: result),
      !replace(Association.overtaking, by: 0)
    {}
  }
}

// MARK: - Changing

extension Association {
  /// Checks that the source belongs to this selector, or is about to.
  ///
  /// The system decides what comes of a change while another call is under way.
  @inlinable
  borrowing func check(_ selector: UInt, _ operation: IOError.Operation) throws(IOError) {
    if self.selector != selector { try IOError.raise(.notRegistered, operation) }
  }
}
