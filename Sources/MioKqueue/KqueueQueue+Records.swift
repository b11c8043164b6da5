import CMioKqueue
import MioCore

extension KqueueQueue {
  /// Makes events of the records of a wait, in place: one for each source, at the place of its first
  /// record.
  ///
  /// - Returns: How many there are, and whether records were taken out that the kernel does not tell again.
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
        // The signal may be for a writer that has no reader, and then stands for its record.
        guard let writer = takeUnreported(notifier) else { continue }
        record = writer
      }
      guard record.isOfSource else {
        unsafe records[count] = record
        count += 1
        continue
      }
      if record.readiness.isEmpty { continue }
      let merged = record.asMerged
      needsModes = needsModes || merged.isByMode
      // Another thread may have reregistered the source between its records: those are two events.
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

  /// Leaves out what the modes of the registrations do not ask for.
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

/// Finds the records of one source among those of a wait, which need not stand together.
struct RecordMerger {
  private struct Slot {
    var ident: UInt = 0
    var position: UInt32 = 0
    /// The wait in which the slot was used last.
    var round: UInt32 = 0
  }

  /// A hash table with open addressing, at most half full.
  private var slots = [Slot](repeating: Slot(), count: 2)
  private var round: UInt32 = 0

  /// Makes room for the records of a wait.
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
      // After four thousand million waits old slots look new.
      slots = Array(repeating: Slot(), count: slots.count)
      round = 1
    }
  }

  /// Returns where the source's record stands; if there is none yet, `nil`, and it is expected at
  /// `newPosition`.
  mutating func position(of ident: UInt, otherwise newPosition: Int) -> Int? {
    let mask = slots.count - 1
    // Descriptors are small and dense, and so their own hash.
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
