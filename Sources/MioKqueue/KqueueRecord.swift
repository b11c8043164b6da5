import CMioKqueue
import MioCore

// What the fields of a record mean.
extension c_mio_kqueue_record {
  var filterNumber: Int32 { c_mio_kqueue_filter_of(self) }

  func has(_ flag: UInt32) -> Bool {
    c_mio_kqueue_flags_of(self) & flag != 0
  }

  /// A receipt's code, 0 for a change that was made.
  var receiptCode: Int32 {
    has(C_MIO_EV_ERROR) ? Int32(truncatingIfNeeded: c_mio_kqueue_data_of(self)) : 0
  }

  /// Whether it is one of the records that a source may give, and not something else's.
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

  /// Whether urgent data is what it reports: Darwin reports all that can be read, and at the end its notes
  /// are a code, whatever bits that has.
  private var isUrgent: Bool {
    !has(C_MIO_EV_EOF) && fflags & C_MIO_NOTE_OOB != 0
  }

  private func readiness(_ ready: Event.Readiness, end: Event.Readiness) -> Event.Readiness {
    var readiness = ready
    if has(C_MIO_EV_EOF) { readiness.insert(end) }
    // A connection that failed is over in both directions, whichever was asked for.
    if endCode != 0 { readiness.formUnion([.error, .hangUp]) }
    if has(C_MIO_EV_ERROR) { readiness.insert(.error) }
    return readiness
  }

  /// Why it came to an end: the system keeps the code of a failed connection beside `EV_EOF`.
  private var endCode: Int32 {
    has(C_MIO_EV_EOF) ? Int32(truncatingIfNeeded: fflags) : 0
  }

  /// The code of the error that it reports, 0 for none.
  var errorCode: Int32 {
    if filterNumber == C_MIO_EVFILT_MERGED { return Int32(truncatingIfNeeded: fflags) }
    if has(C_MIO_EV_ERROR) { return receiptCode }
    return isOfSource ? endCode : 0
  }
}

// The one record that is made of those of a source.
extension c_mio_kqueue_record {
  /// The record, if it is the only one of its source.
  var asMerged: c_mio_kqueue_record {
    let isByMode = has(C_MIO_EV_ONESHOT) || filterNumber == C_MIO_EVFILT_EXCEPT
    // Only how much can be read is worth keeping.
    let amount = filterNumber == C_MIO_EVFILT_READ ? c_mio_kqueue_data_of(self) : 0
    return c_mio_kqueue_make(
      ident, C_MIO_EVFILT_MERGED,
      UInt32(readiness.rawValue) | (isByMode ? C_MIO_MERGED_BY_MODE : 0),
      UInt32(bitPattern: errorCode), amount, udata)
  }

  /// Adds what another record of the same source says.
  mutating func merge(_ other: c_mio_kqueue_record) {
    flags |= other.flags
    if fflags == 0 { fflags = other.fflags }
    data += other.data
  }

  /// Whether the registration's mode decides about it, as long as that was not looked at.
  var isByMode: Bool {
    get { has(C_MIO_MERGED_BY_MODE) }
    set {
      let flag = c_mio_kqueue_flags(C_MIO_MERGED_BY_MODE)
      if newValue { flags |= flag } else { flags &= ~flag }
    }
  }
}
