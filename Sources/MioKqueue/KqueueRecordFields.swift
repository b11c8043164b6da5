import CMioKqueue
import MioCore

// The meaning of the fields of a record.
extension c_mio_kqueue_record {
  /// Makes a record whose other fields are zero.
  init(
    _ ident: UInt, _ filter: Int32, flags: UInt32 = 0, notes: UInt32 = 0, data: Int64 = 0,
    token: Token = 0
  ) {
    self = c_mio_kqueue_make(ident, filter, flags, notes, data, token.rawValue)
  }

  var filterNumber: Int32 { c_mio_kqueue_filter_of(self) }

  func has(_ flag: UInt32) -> Bool {
    c_mio_kqueue_flags_of(self) & flag != 0
  }

  /// The error code of a receipt, or of a record with `EV_ERROR`; 0 if the change was made.
  var receiptCode: Int32 { Int32(truncatingIfNeeded: c_mio_kqueue_data_of(self)) }

  /// Whether the record belongs to a filter of sources.
  var isOfSource: Bool {
    switch filterNumber {
    case C_MIO_EVFILT_READ, C_MIO_EVFILT_WRITE: true
    case C_MIO_EVFILT_EXCEPT: C_MIO_EVFILT_EXCEPT != C_MIO_NO_FILTER
    default: false
    }
  }

  /// The canonical readiness word.
  var readiness: Event.Readiness {
    switch filterNumber {
    case C_MIO_EVFILT_MERGED:
      Event.Readiness(rawValue: UInt16(truncatingIfNeeded: c_mio_kqueue_flags_of(self)))
    case C_MIO_EVFILT_READ:
      readiness(.readable, end: .readClosed)
    case C_MIO_EVFILT_WRITE:
      readiness(.writable, end: .writeClosed)
    case C_MIO_EVFILT_EXCEPT:
      readiness(isUrgent ? .priority : [], end: .readClosed)
    case C_MIO_EVFILT_AIO: .aio
    case C_MIO_EVFILT_LIO: .lio
    default: .readable
    }
  }

  /// Whether the record reports urgent data.
  ///
  /// Darwin reports all readable data with this filter. At the end of file its notes are an error
  /// code with arbitrary bits.
  private var isUrgent: Bool {
    !has(C_MIO_EV_EOF) && fflags & C_MIO_NOTE_OOB != 0
  }

  private func readiness(_ ready: Event.Readiness, end: Event.Readiness) -> Event.Readiness {
    var readiness = ready
    if has(C_MIO_EV_EOF) { readiness.insert(end) }
    // A failed connection is closed in both directions, even if only one direction is registered.
    if endCode != 0 { readiness.formUnion([.error, .hangUp]) }
    if has(C_MIO_EV_ERROR) { readiness.insert(.error) }
    return readiness
  }

  /// The error code at the end of file.
  ///
  /// The system stores the code of a failed connection next to `EV_EOF`.
  private var endCode: Int32 {
    has(C_MIO_EV_EOF) ? Int32(truncatingIfNeeded: fflags) : 0
  }

  /// The error code that the record reports; 0 if there is none.
  var errorCode: Int32 {
    if filterNumber == C_MIO_EVFILT_MERGED { return Int32(truncatingIfNeeded: fflags) }
    if has(C_MIO_EV_ERROR) { return receiptCode }
    return isOfSource ? endCode : 0
  }
}

// The record that is merged from the records of one source.
extension c_mio_kqueue_record {
  /// The merged record, if this record is the only one of its source.
  var asMerged: c_mio_kqueue_record {
    let isByMode = has(C_MIO_EV_DISPATCH) || filterNumber == C_MIO_EVFILT_EXCEPT
    // Only the number of readable bytes is worth keeping.
    let amount = filterNumber == C_MIO_EVFILT_READ ? c_mio_kqueue_data_of(self) : 0
    return c_mio_kqueue_record(
      ident, C_MIO_EVFILT_MERGED,
      flags: UInt32(readiness.rawValue) | (isByMode ? C_MIO_MERGED_BY_MODE : 0),
      notes: UInt32(bitPattern: errorCode), data: amount, token: Token(udata))
  }

  /// Returns whether this record and a merged record are of one registration.
  ///
  /// Another thread may have reregistered the source between its records. Then there are two events.
  func isOfSameRegistration(as merged: c_mio_kqueue_record) -> Bool {
    filter == merged.filter && ident == merged.ident && udata == merged.udata
  }

  /// Adds the information of another record of the same registration.
  mutating func merge(_ other: c_mio_kqueue_record) {
    flags |= other.flags
    if fflags == 0 { fflags = other.fflags }
    data += other.data
  }

  /// Whether the mode of the registration decides about the record and has not been checked yet.
  var isByMode: Bool { has(C_MIO_MERGED_BY_MODE) }

  /// Records that the mode of the registration lets the record through.
  mutating func passMode() {
    flags &= ~c_mio_kqueue_flags(C_MIO_MERGED_BY_MODE)
  }
}
