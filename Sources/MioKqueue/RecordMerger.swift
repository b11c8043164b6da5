/// A table that finds the records of one source among the records of a wait.
///
/// The records of one source need not be adjacent.
struct RecordMerger {
  private struct Slot {
    var ident: UInt = 0
    var position: UInt32 = 0
    /// The number of the wait in which the slot was last used.
    var round: UInt32 = 0
  }

  /// The slots of a hash table with open addressing, which is at most half full.
  private var slots = [Slot](repeating: Slot(), count: 2)
  private var round: UInt32 = 0

  /// Reserves capacity for the records of a wait.
  mutating func reserve(_ records: Int) {
    guard 2 * records > slots.count else { return }
    var count = slots.count
    while count < 2 * records { count *= 2 }
    slots = Array(repeating: Slot(), count: count)
    round = 0
  }

  /// Forgets the records of the last wait.
  mutating func begin() {
    round &+= 1
    if round == 0 {
      // The counter has wrapped around after 2^32 waits. Old slots would look new.
      slots = Array(repeating: Slot(), count: slots.count)
      round = 1
    }
  }

  /// Returns the position of the source's record.
  ///
  /// If the source has no record yet, the method returns `nil` and stores `newPosition` for it.
  mutating func position(of ident: UInt, otherwise newPosition: Int) -> Int? {
    let mask = slots.count - 1
    // Descriptors are small and dense, so each one is its own hash.
    var slot = Int(truncatingIfNeeded: ident) & mask
    while slots[slot].round == round {
      if slots[slot].ident == ident { return Int(slots[slot].position) }
      slot = (slot + 1) & mask
    }
    slots[slot] = Slot(
      ident: ident, position: UInt32(truncatingIfNeeded: newPosition), round: round)
    return nil
  }
}
