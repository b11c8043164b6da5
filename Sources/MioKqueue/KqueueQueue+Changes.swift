import CMioErrors
import CMioKqueue
import MioCore

/// The outcome of a list of changes, according to the receipts.
struct ChangeOutcome {
  /// Whether at least one filter existed and was deleted.
  var hasDeleted = false
  /// The error code of a failed deletion; 0 if there is none.
  ///
  /// A filter that did not exist is not an error.
  var deletionCode: Int32 = 0
  /// The error code of a failed addition; 0 if there is none.
  var additionCode: Int32 = 0
  /// Whether the writer of a pipe was not added because the pipe has no reader any more.
  var isWithoutReader = false

  fileprivate mutating func takeDeletion(_ code: Int32) {
    if code == 0 {
      hasDeleted = true
    } else if code != C_MIO_ENOENT {
      deletionCode = code
    }
  }

  /// Records the result of an addition, but not the error code for a writer without a reader.
  ///
  /// FreeBSD, OpenBSD and DragonFly return `EPIPE` for such a writer. NetBSD returns `EBADF`. A
  /// descriptor that is not open also returns `EBADF`, but it has already returned it for the
  /// deletions.
  fileprivate mutating func takeAddition(_ code: Int32, of filter: Int32) {
    let isNetBSDs = code == C_MIO_EBADF && deletionCode == 0
    if filter == C_MIO_EVFILT_WRITE, code == C_MIO_EPIPE || isNetBSDs {
      isWithoutReader = true
    } else if code != 0 {
      additionCode = code
    }
  }
}

extension KqueueQueue {
  /// Deletes all filters of a descriptor, and then adds the filters of a registration.
  ///
  /// The call sends a single list, and the deletions are the same every time. Systems differ in the
  /// effect of adding a filter that exists, so no filter may exist. The deletions come first,
  /// because otherwise libkqueue does not notice that a number has a new owner.
  ///
  /// - Parameters:
  ///   - target: The descriptor.
  ///   - registration: The registration to add, or `nil` to delete only.
  ///   - filter: The only filter to replace, or `nil` for all of them.
  ///   - operation: The operation that a thrown error names.
  /// - Returns: The outcome that the kernel reports.
  /// - Throws: ``IOError`` if the kernel rejects the list as a whole.
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
        // If the kernel has not written a receipt, its place contains the change, whose data is 0.
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
    // The last filter is the one that some systems do not have.
    SourceFilter.allCases.dropLast(calls.features.contains(.exceptions) ? 0 : 1)
  }

  /// Writes the list of changes and returns its length.
  private func fill(
    _ room: UnsafeMutableBufferPointer<c_mio_kqueue_record>, _ ident: UInt,
    _ registration: KqueueRegistration?, _ filters: ArraySlice<SourceFilter>
  ) -> Int {
    var count = 0
    for filter in filters {
      unsafe room.initializeElement(
        at: count,
        to: c_mio_kqueue_record(ident, filter.number, flags: C_MIO_EV_DELETE | C_MIO_EV_RECEIPT))
      count += 1
    }
    guard let registration else { return count }
    for filter in filters where registration.interest.contains(filter.interest) {
      unsafe room.initializeElement(
        at: count,
        to: c_mio_kqueue_record(
          ident, filter.number, flags: C_MIO_EV_RECEIPT | filter.flags(for: registration),
          notes: filter.notes, token: registration.token))
      count += 1
    }
    return count
  }

  /// Sends changes until a call is not interrupted by a signal.
  ///
  /// Repeating the changes does no harm.
  private func send(_ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int {
    while true {
      let result = unsafe calls.change(descriptor, changes)
      if -result != C_MIO_EINTR { return result }
    }
  }

  /// Sends one change and throws its error.
  func send(_ change: c_mio_kqueue_record, _ operation: IOError.Operation) throws(IOError) {
    while true {
      let result = calls.submit(descriptor, change)
      if -Int(result) == C_MIO_EINTR { continue }
      try IOError.check(result, operation)
      return
    }
  }
}
