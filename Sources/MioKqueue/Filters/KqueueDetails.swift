import CMioKqueue
package import MioCore

/// The information that a kqueue gives about an event beyond the portable readiness.
public struct KqueueDetails: Hashable, Sendable {
  /// The watched object, as the caller named it: a descriptor, a process, a signal or an
  /// identifier.
  public let identifier: UInt

  /// The amount that the system reports with the event.
  ///
  /// Depending on the filter it is the number of readable bytes, the number of pending connections,
  /// the status of a process, or the number of times that a timer expired or a signal arrived.
  public let data: Int64

  /// The system's error code of a failed connection.
  ///
  /// It is 0 if the connection did not fail, or if the system does not report the reason.
  public let errorCode: Int32

  /// The changes of a file; empty for other events.
  public let fileChanges: FileChanges

  /// The changes of a process; empty for other events.
  public let processChanges: ProcessChanges
}

extension KqueueDetails {
  init(_ record: c_mio_kqueue_record) {
    let filter = record.filterNumber
    identifier = record.ident
    data = c_mio_kqueue_data_of(record)
    errorCode = record.errorCode
    fileChanges = FileChanges(rawValue: filter == C_MIO_EVFILT_VNODE ? record.fflags : 0)
    processChanges = ProcessChanges(
      rawValue: filter == C_MIO_EVFILT_PROC ? record.fflags & ~C_MIO_NOTE_EXITSTATUS : 0)
  }
}

extension Events where S: ~Copyable {
  package func details<Calls: KqueueCalls>(
    at position: Int
  ) -> KqueueDetails where S == KqueueBackend<Calls> {
    KqueueDetails(record(at: position))
  }
}
