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
