import CMioKqueue
package import MioCore

/// What a kqueue says of an event beyond the portable readiness.
public struct KqueueDetails: Hashable, Sendable {
  /// What was watched, as the caller named it: a descriptor, a process, a signal, an identifier.
  public let identifier: UInt

  /// How much: bytes that can be read, connections that wait, a process's status, how often a timer or a
  /// signal came.
  public let data: Int64

  /// Why a connection failed, as a code of the system; 0 when it did not, or the system does not say.
  public let errorCode: Int32

  /// What happened to a file; empty for other events.
  public let fileChanges: FileChanges

  /// What happened to a process; empty for other events.
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
