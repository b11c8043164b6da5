#if MIO_KQUEUE_CALLS

package import CMioKqueue
import CMioSystemCalls

/// The system calls of the real kqueue.
package struct SystemKqueueCalls: KqueueCalls {
  /// Creates a value without state.
  package init() {}

  /// The features of the system, according to its headers.
  package var features: KqueueFeatures {
    var features: KqueueFeatures = []
    if C_MIO_EVFILT_USER != C_MIO_NO_FILTER { features.insert(.userEvents) }
    if C_MIO_EVFILT_EXCEPT != C_MIO_NO_FILTER { features.insert(.exceptions) }
    if C_MIO_EVFILT_AIO != C_MIO_NO_FILTER { features.insert(.aio) }
    if C_MIO_EVFILT_LIO != C_MIO_NO_FILTER { features.insert(.lio) }
    if C_MIO_KQUEUE_FORGETS_CLOSED != 0 { features.insert(.forgetsClosed) }
    return features
  }

  /// Calls `kqueue`, or the system's variant with close-on-exec.
  package func createQueue() -> Int32 { c_mio_kqueue_create() }

  /// Calls `kevent`.
  @unsafe
  package func change(
    _ queue: Int32, _ changes: UnsafeMutableBufferPointer<c_mio_kqueue_record>
  ) -> Int {
    unsafe c_mio_kqueue_change(queue, changes.baseAddress, changes.baseAddress, changes.count)
  }

  /// Calls `kevent`.
  package func submit(_ queue: Int32, _ change: c_mio_kqueue_record) -> Int32 {
    c_mio_kqueue_submit(queue, change)
  }

  /// Calls `kevent`.
  @unsafe
  package func wait(
    _ queue: Int32, _ records: UnsafeMutableBufferPointer<c_mio_kqueue_record>, nanoseconds: Int64
  ) -> Int {
    unsafe c_mio_kqueue_wait(queue, records.baseAddress, records.count, nanoseconds)
  }

  /// Calls `pipe`.
  package func createPipe(_ ends: inout (Int32, Int32)) -> Int32 {
    var both: [Int32] = [-1, -1]
    let result = unsafe c_mio_descriptor_create_pipe(&both)
    ends = (both[0], both[1])
    return result
  }

  /// Calls `write`.
  package func writeToPipe(_ end: Int32) -> Int32 { c_mio_descriptor_write_byte(end) }

  /// Calls `read`.
  package func drainPipe(_ end: Int32) -> Int32 { c_mio_descriptor_drain(end) }

  /// Calls `close`.
  package func close(_ descriptor: Int32) -> Int32 { c_mio_descriptor_close(descriptor) }

  /// Calls `getpid`.
  package func process() -> Int64 { c_mio_kqueue_process() }

  /// Calls `clock_gettime`.
  package func now() -> UInt64 { c_mio_clock_now() }
}

#endif
