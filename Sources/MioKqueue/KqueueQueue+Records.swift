import CMioKqueue
import MioCore

extension KqueueQueue {
  /// Turns the records of a wait into the records of events, in place.
  ///
  /// Each source has one event, which takes the place of its first record.
  ///
  /// - Returns: The number of events.
  func settle(
    _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>,
    _ notifier: KqueueWakeNotifier<Calls>
  ) -> Int {
    var count = 0
    var needsModes = false
    for position in 0..<records.count {
      var record = unsafe records[position]
      if notifier.isMade(by: record) {
        // If the signal is for a writer without a reader, the record of the writer takes its place.
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
      unsafe merger.add(merged, to: records, &count)
    }
    return needsModes ? unsafe followModes(of: records, count) : count
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
          record.passMode()
        }
        unsafe records[count] = record
        count += 1
      }
      return count
    }
  }
}
