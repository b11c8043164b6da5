public import Synchronization

/// The selector that a source is registered with, in a word that threads change by
/// compare-exchange.
///
/// A call claims the word before it makes the system call, and settles the word with the result. So
/// the word and the system agree whenever no call is in progress, and of several threads only one
/// succeeds.
///
/// | Word | Meaning |
/// | --- | --- |
/// | 0 | The source belongs to no selector. |
/// | S | The source is registered with S. |
/// | S + registering | A thread is registering the source with S. |
/// | S + deregistering | A thread is deregistering the source from S. |
/// | S + registering + overtaking | One thread is registering the source, another deregisters it. |
/// | S + overtaking | The first thread has registered the source. The second has not finished. |
/// | overtaking | The system refused to register the source. The second thread has not finished. |
/// | registering | The second thread has deregistered the source. The first has not finished. |
///
/// The last four words exist for a poller that deregisters a source after its first event. The
/// thread that registers the source may not have received the result of its system call yet.
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

  /// The selector that the source belongs to or is about to belong to, or zero.
  @inlinable
  var selector: UInt { word.load(ordering: .acquiring) & SelectorIdentity.largestNumber }

  @inlinable
  borrowing func replace(_ old: UInt, by new: UInt) -> Bool {
    word.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
  }
}

// MARK: - Registering

extension Association {
  /// Claims a source that belongs to no selector, or to a selector that no longer exists.
  @inlinable
  borrowing func beginRegistering(with selector: UInt) throws(IOError) {
    if !replace(0, by: selector | Association.registering) { try takeOver(to: selector) }
  }

  /// Claims a source whose selector no longer exists, and therefore cannot report the source.
  ///
  /// The selector of a call that is in progress exists, because the call borrows it.
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

  /// Settles the claim after the system has registered the source.
  @inlinable
  borrowing func finishRegistering(with selector: UInt) {
    if !replace(selector | Association.registering, by: selector) {
      settleRegistering(selector, as: selector)
    }
  }

  /// Settles the claim after the system has refused to register the source, and throws its error.
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
  /// - Returns: Whether the claim succeeded.
  @inlinable
  borrowing func beginDeregistering(from selector: UInt) -> Bool {
    replace(selector, by: selector | Association.deregistering)
  }

  /// Settles the claim after the system has deregistered the source.
  ///
  /// No other thread changes the word while the claim exists.
  @inlinable
  borrowing func finishDeregistering() {
    word.store(0, ordering: .releasing)
  }

  /// Settles the claim after the system has refused to deregister the source, and throws its error.
  ///
  /// The source stays associated with the selector, unless the error means that the system does not
  /// know the source.
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
  /// Claims a source that another thread is registering with this selector, to deregister it.
  @inline(never)
  @usableFromInline
  borrowing func beginOvertaking(with selector: UInt) throws(IOError) {
    let claimed = selector | Association.registering
    if !replace(claimed, by: claimed | Association.overtaking) {
      try IOError.raise(.notRegistered, .deregister)
    }
  }

  /// Settles the claim after the system has deregistered the source, or did not know it yet.
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
  /// Checks that the source belongs to this selector, or is about to belong to it.
  ///
  /// While another call is in progress, the system decides whether the change succeeds.
  @inlinable
  borrowing func check(_ selector: UInt, _ operation: IOError.Operation) throws(IOError) {
    if self.selector != selector { try IOError.raise(.notRegistered, operation) }
  }
}
