import Synchronization

/// The identity of a selector, which its duplicates share and no other selector ever has.
///
/// It lives as long as one of the duplicates. It shows to a source whether the selector of its
/// registration still exists. If the selector no longer exists, the source can be registered again.
@safe
public final class SelectorIdentity: @unchecked Sendable {
  // Safety of `@unchecked`: a place is never freed, and its mutable part is atomic.

  /// The number that registered sources store.
  ///
  /// It is never zero.
  public let rawValue: UInt

  /// The largest number of a selector, because the bits above it belong to the association.
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

  /// Returns the next number.
  ///
  /// If a word has 32 bits, a number is reused after half a billion others.
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

/// The list of places.
///
/// It only grows, up to the largest number of selectors that existed at one time.
private nonisolated(unsafe) let firstPlace = unsafe Atomic<UnsafeMutablePointer<Place>?>(nil)

/// A place in the list for the number of an existing selector.
///
/// All threads can read it without a lock.
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
