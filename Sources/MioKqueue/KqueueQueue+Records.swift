import CMioKqueue
import MioCore

extension KqueueQueue {
  /// Turns the records of a wait into the records of events, in place.
  ///
  /// Each source has one event, which takes the place of its first record.
  ///
  /// - Returns: The number of events, and whether records were removed that the kernel does not
  ///   report again.
  func settle(
    _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>,
    _ notifier: KqueueWakeNotifier<Calls>
  ) -> (count: Int, hasTakenOut: Bool) {
    merger.begin()
    var count = 0
    var needsModes = false
    var hasTakenOut = false
    for position in 0..<records.count {
      var record = unsafe records[position]
      if notifier.isMade(by: record) {
        hasTakenOut = true
        // If the signal is for a writer without a reader, the record of the writer takes its place.
        guard let writer = takeUnreported(notifier) else { continue }
        record = writer
      }
      guard record.isOfSource else {
        unsafe records[count] = record
        count += 1
        continue
      }
      if record.readiness.isEmpty {
        hasTakenOut = true
        continue
      }
      let merged = record.asMerged
      needsModes = needsModes || merged.isByMode
      // Another thread may have reregistered the source between its records. Then there are two
      // events.
      if let earlier = merger.position(of: merged.ident, otherwise: count),
        unsafe records[earlier].udata == merged.udata
      {
        unsafe records[earlier].merge(merged)
      } else {
        unsafe records[count] = merged
        count += 1
      }
    }
    guard needsModes else { return (count, hasTakenOut) }
    let left = unsafe followModes(of: records, count)
    return (left, hasTakenOut || left < count)
  }

  /// Removes the records that the modes of the registrations do not let through.
  private func followModes(
    of records: UnsafeMutableBufferPointer<c_mio_kqueue_record>, _ total: Int
  ) -> Int {
    withLock { registrations in
      var count = 0
      for position in 0..<total {
        var record = unsafe records[position]
        if record.isByMode {
          guard isAsked(for: record, &registrations) else { continue }
          record.isByMode = false
        }
        unsafe records[count] = record
        count += 1
      }
      return count
    }
  }
}

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
