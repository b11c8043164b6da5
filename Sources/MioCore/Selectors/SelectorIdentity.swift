import Synchronization

/// A selector's identity, shared by its duplicates and unlike that of any selector before or after.
///
/// It lives as long as one of them does. A source that was registered with a selector which is gone
/// finds that out here, and may then be registered anew.
@safe
public final class SelectorIdentity: @unchecked Sendable {
  // Safety of `@unchecked`: a place is immortal, and what changes in it is atomic.

  /// The number that registered sources carry.
  ///
  /// Never zero.
  public let rawValue: UInt

  /// The bits above are an association's own.
  @inlinable
  static var largestNumber: UInt { .max >> 3 }

  private let place: UnsafeMutablePointer<Place>

  /// Creates a new identity.
  public init() {
    rawValue = SelectorIdentity.nextNumber()
    unsafe place = Place.occupy(by: rawValue)
  }

  deinit {
    unsafe place.pointee.occupant.store(0, ordering: .releasing)
  }

  /// Where a word has 32 bits, a number comes back after half a thousand million others.
  private static func nextNumber() -> UInt {
    while true {
      let number = counter.wrappingAdd(1, ordering: .relaxed).newValue & largestNumber
      if number != 0 { return number }
    }
  }

  static func isAlive(_ rawValue: UInt) -> Bool {
    var place = unsafe firstPlace.load(ordering: .acquiring)
    while let current = unsafe place {
      if unsafe current.pointee.occupant.load(ordering: .acquiring) == rawValue { return true }
      unsafe place = current.pointee.next
    }
    return false
  }
}

private let counter = Atomic<UInt>(0)

/// The list of places only grows, to as many as there were selectors at the same time.
private nonisolated(unsafe) let firstPlace = unsafe Atomic<UnsafeMutablePointer<Place>?>(nil)

/// Where a living selector's number stands, for all threads to see without a lock.
@safe
private struct Place: ~Copyable {
  let occupant: Atomic<UInt>
  var next: UnsafeMutablePointer<Place>?

  static func occupy(by number: UInt) -> UnsafeMutablePointer<Place> {
    var place = unsafe firstPlace.load(ordering: .acquiring)
    while let current = unsafe place {
      let (taken, _) = unsafe current.pointee.occupant.compareExchange(
        expected: 0, desired: number, ordering: .acquiringAndReleasing)
      if taken { return unsafe current }
      unsafe place = current.pointee.next
    }
    return unsafe append(number)
  }

  private static func append(_ number: UInt) -> UnsafeMutablePointer<Place> {
    let new = UnsafeMutablePointer<Place>.allocate(capacity: 1)
    unsafe new.initialize(to: Place(occupant: Atomic(number), next: nil))
    var first = unsafe firstPlace.load(ordering: .acquiring)
    while true {
      unsafe new.pointee.next = first
      let (exchanged, original) = unsafe firstPlace.compareExchange(
        expected: first, desired: new, ordering: .acquiringAndReleasing)
      if exchanged { return unsafe new }
      unsafe first = original
    }
  }
}
