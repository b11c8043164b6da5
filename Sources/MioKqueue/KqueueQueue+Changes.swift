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
  /// Whether the writer of a pipe was not added because there is no reader any more.
  var isWithoutReader = false

  fileprivate mutating func takeDeletion(_ code: Int32) {
    switch code {
    case 0: hasDeleted = true
    case Int32(C_MIO_ENOENT): break
    default: if deletionCode == 0 { deletionCode = code }
    }
  }

  /// Takes what the kernel says to a writer without a reader for no error.
  ///
  /// FreeBSD, OpenBSD and DragonFly say `EPIPE`, NetBSD says `EBADF`, which a descriptor that is not open
  /// has said to the deletions already.
  fileprivate mutating func takeAddition(_ code: Int32, of filter: Int32) {
    let isNetBSDs = code == C_MIO_EBADF && deletionCode == 0
    if filter == C_MIO_EVFILT_WRITE, code == C_MIO_EPIPE || isNetBSDs {
      isWithoutReader = true
    } else if additionCode == 0 {
      additionCode = code
    }
  }
}

extension KqueueQueue {
  /// Deletes all that is asked for a descriptor, and then asks for what a registration says.
  ///
  /// One list does it, and the same one always. Systems differ in what adding does to what is there, so
  /// nothing may be there; and deletions come first, or libkqueue does not notice a number's new owner.
  ///
  /// - Parameters:
  ///   - target: The descriptor.
  ///   - registration: What to ask for; nothing if there is none.
  ///   - filter: The one filter to do this for; all of them if there is none.
  ///   - operation: What a failure is thrown as.
  /// - Returns: What the kernel answers.
  /// - Throws: ``IOError`` when it does not look at the list at all.
  func replace(
    _ target: Int32, with registration: KqueueRegistration?, in filter: SourceFilter? = nil,
    _ operation: IOError.Operation
  ) throws(IOError) -> ChangeOutcome {
    let filters = filter.map { [$0] } ?? self.filters
    return unsafe try withUnsafeTemporaryAllocation(
      of: c_mio_kqueue_record.self, capacity: 2 * SourceFilter.allCases.count
    ) { room throws(IOError) in
      let count = unsafe fill(room, UInt(bitPattern: Int(target)), registration, filters)
      let changes = unsafe UnsafeMutableBufferPointer(rebasing: room[..<count])
      let result = unsafe send(changes)
      if result < 0 { try IOError.raise(result, operation) }
      var outcome = ChangeOutcome()
      for position in 0..<count {
        // Where a receipt is missing stands the change, which says nothing of an error.
        let receipt = unsafe changes[position]
        if position < filters.count {
          outcome.takeDeletion(receipt.receiptCode)
        } else {
          outcome.takeAddition(receipt.receiptCode, of: receipt.filterNumber)
        }
      }
      return outcome
    }
  }

  private var filters: ArraySlice<SourceFilter> {
    SourceFilter.allCases.prefix(calls.features.contains(.exceptions) ? 3 : 2)
  }

  /// Writes the list, and returns its length.
  private func fill(
    _ room: UnsafeMutableBufferPointer<c_mio_kqueue_record>, _ ident: UInt,
    _ registration: KqueueRegistration?, _ filters: ArraySlice<SourceFilter>
  ) -> Int {
    var count = 0
    for filter in filters {
      let flags = C_MIO_EV_DELETE | C_MIO_EV_RECEIPT
      unsafe room.initializeElement(
        at: count, to: c_mio_kqueue_make(ident, filter.number, flags, 0, 0, 0))
      count += 1
    }
    guard let registration else { return count }
    for filter in filters where registration.interest.contains(filter.interest) {
      let flags = C_MIO_EV_ADD | C_MIO_EV_RECEIPT | filter.flags(for: registration.mode)
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
