package import CMioKqueue

/// The system calls that the kqueue backend makes: its one seam to the kernel.
///
/// `KqueueSelector` uses the real ones. Tests put a scripted kernel in their place, and so does whoever
/// wants to see what the backend asks of a system that is not at hand.
///
/// All results are what the system call returns, or `-errno`.
package protocol KqueueCalls: Sendable {
  /// Creates a way to the kernel.
  init()

  /// What the kernel has beyond what every kqueue has.
  var features: KqueueFeatures { get }

  /// `kqueue`, close-on-exec: a descriptor.
  func createQueue() -> Int32

  /// `kevent` with changes that ask for receipts, which replace them: how many receipts there are.
  ///
  /// It does not wait.
  @unsafe
  func change(_ queue: Int32, _ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>) -> Int

  /// `kevent` with one change, and room for nothing.
  func submit(_ queue: Int32, _ change: c_mio_kqueue_record) -> Int32

  /// `kevent` without changes: how many records were stored.
  ///
  /// Below zero it waits for ever.
  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>, nanoseconds: Int64
  ) -> Int

  /// `pipe`, close-on-exec and non-blocking: the end to read and the end to write.
  func createPipe(_ ends: inout (Int32, Int32)) -> Int32

  /// `write` of a byte to a pipe. `-EAGAIN` when it is full.
  func writeToPipe(_ end: Int32) -> Int32

  /// `read` of all that is in a pipe.
  func drainPipe(_ end: Int32) -> Int32

  /// `close`.
  func close(_ descriptor: Int32) -> Int32

  /// `getpid`.
  func process() -> Int64

  /// `clock_gettime(CLOCK_MONOTONIC)`, in nanoseconds.
  func now() -> UInt64
}

/// What some kqueues have and others have not.
package struct KqueueFeatures: OptionSet, Sendable {
  /// One bit for each feature.
  package let rawValue: UInt8

  /// Creates a set from its bits.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// `EVFILT_USER`; without it, wakers write to a pipe.
  package static let userEvents = KqueueFeatures(rawValue: 1 << 0)
  /// `EVFILT_EXCEPT` with `NOTE_OOB`, for `Interest.priority`.
  package static let exceptions = KqueueFeatures(rawValue: 1 << 1)
  /// `EVFILT_AIO`.
  package static let aio = KqueueFeatures(rawValue: 1 << 2)
  /// `EVFILT_LIO`.
  package static let lio = KqueueFeatures(rawValue: 1 << 3)
  /// Closing a descriptor ends its registrations, as everywhere but in libkqueue.
  package static let forgetsClosed = KqueueFeatures(rawValue: 1 << 4)
}
