package import CMioKqueue

/// The system calls of the kqueue backend, which are its only connection to the kernel.
///
/// `KqueueSelector` makes the real calls. Tests use a scripted kernel instead. A scripted kernel
/// also shows the calls that the backend makes for a system that is not available.
///
/// All results are the result of the system call, or `-errno`.
package protocol KqueueCalls: Sendable {
  /// Creates a set of system calls.
  init()

  /// The features of the kernel that some kqueues do not have.
  var features: KqueueFeatures { get }

  /// Creates a queue that is close-on-exec: `kqueue`.
  ///
  /// - Returns: The descriptor of the queue.
  func createQueue() -> Int32

  /// Submits changes: `kevent` without a wait.
  ///
  /// The changes request receipts, and the receipts replace the changes.
  ///
  /// - Returns: The number of receipts.
  @unsafe
  func change(_ queue: Int32, _ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int

  /// Submits one change: `kevent` without a buffer for records.
  func submit(_ queue: Int32, _ change: c_mio_kqueue_record) -> Int32

  /// Waits for records: `kevent` without changes.
  ///
  /// A negative timeout waits indefinitely.
  ///
  /// - Returns: The number of records that were stored.
  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>, nanoseconds: Int64
  ) -> Int

  /// Creates a pipe that is close-on-exec and non-blocking: `pipe`.
  ///
  /// The first end is the reading end, the second is the writing end.
  func createPipe(_ ends: inout (Int32, Int32)) -> Int32

  /// Writes one byte to a pipe: `write`.
  ///
  /// - Returns: `-EAGAIN` when the pipe is full.
  func writeToPipe(_ end: Int32) -> Int32

  /// Reads all bytes of a pipe: `read`.
  func drainPipe(_ end: Int32) -> Int32

  /// Closes a descriptor: `close`.
  func close(_ descriptor: Int32) -> Int32

  /// Returns the identifier of the process: `getpid`.
  func process() -> Int64

  /// Returns the time in nanoseconds: `clock_gettime`.
  func now() -> UInt64
}

/// The features that some kqueues have and others do not have.
package struct KqueueFeatures: OptionSet, Sendable {
  /// The bits of the set, one for each feature.
  package let rawValue: UInt8

  /// Creates a set from its bits.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The kernel has `EVFILT_USER`; without it, wakers write to a pipe.
  package static let userEvents = KqueueFeatures(rawValue: 1)
  /// The kernel has `EVFILT_EXCEPT` with `NOTE_OOB`, for `Interest.priority`.
  package static let exceptions = KqueueFeatures(rawValue: 2)
  /// The kernel has `EVFILT_AIO`.
  package static let aio = KqueueFeatures(rawValue: 4)
  /// The kernel has `EVFILT_LIO`.
  package static let lio = KqueueFeatures(rawValue: 8)
  /// Closing a descriptor ends its registrations, which holds for every kqueue except libkqueue.
  package static let forgetsClosed = KqueueFeatures(rawValue: 16)
}
