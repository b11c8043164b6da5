#if MIO_POLL_CALLS

package import CMioPoll
import CMioSystemCalls

/// The system calls of the real kernel.
package struct SystemPollCalls: PollCalls {
  /// Creates the system calls, which have no state.
  package init() {}

  /// Calls `ppoll` or `poll`.
  @unsafe
  package func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int {
    unsafe c_mio_poll(entries.baseAddress, entries.count, nanoseconds)
  }

  /// Calls `epoll_create1` where it exists.
  package func createWitness() -> Int32 { c_mio_poll_witness_create() }

  /// Calls `epoll_ctl` or `fstat`.
  package func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    unsafe c_mio_poll_enlist(witness, descriptor, &identity)
  }

  /// Calls `epoll_ctl` or `fstat`.
  package func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    unsafe c_mio_poll_recognize(witness, descriptor, &identity)
  }

  /// Calls `epoll_ctl` where it exists.
  package func strike(_ witness: Int32, _ descriptor: Int32) -> Int32 {
    c_mio_poll_strike(witness, descriptor)
  }

  /// Calls `eventfd` or `pipe`.
  package func createNotifier() -> c_mio_poll_notifier { c_mio_poll_notifier_create() }

  /// Calls `write`.
  package func notify(_ end: Int32) -> Int32 { c_mio_poll_notify(end) }

  /// Calls `read`.
  package func drain(_ end: Int32) -> Int32 { c_mio_descriptor_drain(end) }

  /// Calls `close`.
  package func close(_ descriptor: Int32) -> Int32 { c_mio_descriptor_close(descriptor) }

  /// Calls `clock_gettime`.
  package func now() -> UInt64 { c_mio_clock_now() }
}

#endif
