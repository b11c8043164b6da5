import CMioKqueue

/// Finds the records of one source among the records of a wait, which need not be adjacent.
struct RecordMerger {
  /// The position of the last record of each descriptor, in this wait or in an earlier one.
  ///
  /// The record at the position shows whether it belongs to the descriptor.
  private var positions: [Int] = []

  /// Merges a record with the record of its source among the first `count` records, or adds it to
  /// them.
  mutating func add(
    _ record: c_mio_kqueue_record, to records: UnsafeMutableBufferPointer<c_mio_kqueue_record>,
    _ count: inout Int
  ) {
    let descriptor = Int(truncatingIfNeeded: record.ident)
    while positions.count <= descriptor { positions.append(count) }
    let earlier = positions[descriptor]
    if earlier < count, unsafe records[earlier].isOfSameRegistration(as: record) {
      unsafe records[earlier].merge(record)
      return
    }
    positions[descriptor] = count
    unsafe records[count] = record
    count += 1
  }
}
