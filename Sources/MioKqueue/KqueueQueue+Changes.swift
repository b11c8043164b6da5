import CMioErrors
import CMioKqueue
import MioCore

/// What the receipts of a list of changes say.
struct ChangeOutcome {
  /// Whether something was there to be deleted.
  var hasDeleted = false
  /// Why something could not be deleted, other than that it was not there; 0 for no reason.
  var deletionCode: Int32 = 0
  /// Why something could not be added; 0 for no reason.
  var additionCode: Int32 = 0

  fileprivate mutating func takeDeletion(_ code: Int32) {
    switch code {
    case 0: hasDeleted = true
    case Int32(C_MIO_ENOENT): break
    default: if deletionCode == 0 { deletionCode = code }
    }
  }

  /// Old Darwin says that a pipe has no reader, and registers the writer nevertheless.
  fileprivate mutating func takeAddition(_ code: Int32) {
    if additionCode == 0, code != C_MIO_EPIPE { additionCode = code }
  }
}

extension KqueueQueue {
  /// Deletes all that is asked for a descriptor, and then asks for what a registration says.
  ///
  /// One list does it, and the same one always. Systems differ in what adding does to what is there, so
  /// nothing may be there; and deletions come first, or libkqueue does not notice a number's new owner.
  func replace(
    _ target: Int32, with registration: KqueueRegistration?, _ operation: IOError.Operation
  ) throws(IOError) -> ChangeOutcome {
    unsafe try withUnsafeTemporaryAllocation(
      of: c_mio_kqueue_record.self, capacity: 2 * SourceFilter.allCases.count
    ) { room throws(IOError) in
      let count = unsafe fill(room, UInt(bitPattern: Int(target)), registration)
      let changes = unsafe UnsafeMutableBufferPointer(rebasing: room[..<count])
      let result = unsafe send(changes)
      if result < 0 { try IOError.raise(result, operation) }
      var outcome = ChangeOutcome()
      for position in 0..<count {
        // Where a receipt is missing stands the change, which says nothing of an error.
        let code = unsafe changes[position].receiptCode
        if position < deletions { outcome.takeDeletion(code) } else { outcome.takeAddition(code) }
      }
      return outcome
    }
  }

  /// How many deletions begin a list.
  private var deletions: Int {
    calls.features.contains(.exceptions) ? 3 : 2
  }

  /// Writes the list, and returns its length.
  private func fill(
    _ room: UnsafeMutableBufferPointer<c_mio_kqueue_record>, _ ident: UInt,
    _ registration: KqueueRegistration?
  ) -> Int {
    var count = 0
    for filter in SourceFilter.allCases.prefix(deletions) {
      let flags = C_MIO_EV_DELETE | C_MIO_EV_RECEIPT
      unsafe room.initializeElement(
        at: count, to: c_mio_kqueue_make(ident, filter.number, flags, 0, 0, 0))
      count += 1
    }
    guard let registration else { return count }
    for filter in SourceFilter.allCases.prefix(deletions)
    where registration.interest.contains(filter.interest) {
      let flags = C_MIO_EV_ADD | C_MIO_EV_RECEIPT | registration.mode.kqueueFlags
      unsafe room.initializeElement(
        at: count,
        to: c_mio_kqueue_make(
          ident, filter.number, flags, filter.notes, 0, registration.token.rawValue))
      count += 1
    }
    return count
  }

  /// Sends changes until no signal interrupts it: making them twice does no harm.
  private func send(_ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    while true {
      let result = unsafe calls.change(descriptor, changes)
      if -result != C_MIO_EINTR { return result }
    }
  }

  /// Sends one change, and throws its error.
  func send(_ change: c_mio_kqueue_record, _ operation: IOError.Operation) throws(IOError) {
    while true {
      let result = calls.submit(descriptor, change)
      if -Int(result) == C_MIO_EINTR { continue }
      try IOError.check(result, operation)
      return
    }
  }
}
