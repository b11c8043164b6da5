#if MIO_POLL_CALLS

public import CMioPoll

/// `poll(2)`, the selector for every POSIX system.
///
/// It costs time in proportion to the sources at each poll, and serves where there is nothing better, and
/// to compare other backends with. Timeouts are exact to the nanosecond where there is `ppoll`, and
/// rounded up to milliseconds elsewhere.
///
/// - SeeAlso: [poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html).
public typealias PollSelector = PollBackend<SystemPollCalls>

/// The kernel's own poll.
public struct SystemPollCalls: PollCalls {
  /// Creates a way to the kernel.
  ///
  /// It has no state.
  public init() {}

  /// Calls `ppoll` or `poll`.
  @unsafe
  public func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int {
    unsafe c_mio_poll(entries.baseAddress, entries.count, nanoseconds)
  }

  /// Calls `epoll_create1` where it exists.
  public func createWitness() -> Int32 { c_mio_poll_witness_create() }

  /// Calls `epoll_ctl` or `fstat`.
  public func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    unsafe c_mio_poll_enlist(witness, descriptor, &identity)
  }

  /// Calls `epoll_ctl` or `fstat`.
  public func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32 {
    unsafe c_mio_poll_recognize(witness, descriptor, &identity)
  }

  /// Calls `epoll_ctl` where it exists.
  public func strike(_ witness: Int32, _ descriptor: Int32) -> Int32 {
    c_mio_poll_strike(witness, descriptor)
  }

  /// Calls `eventfd` or `pipe`.
  public func createNotifier(_ ends: inout (Int32, Int32)) -> Int32 {
    var both: [Int32] = [-1, -1]
    let result = unsafe c_mio_poll_notifier_create(&both)
    ends = (both[0], both[1])
    return result
  }

  /// Calls `write`.
  public func notify(_ end: Int32) -> Int32 { c_mio_poll_notify(end) }

  /// Calls `read`.
  public func drain(_ end: Int32) -> Int32 { c_mio_poll_drain(end) }

  /// Calls `close`.
  public func close(_ descriptor: Int32) -> Int32 { c_mio_poll_close(descriptor) }

  /// Calls `clock_gettime`.
  public func now() -> UInt64 { c_mio_poll_now() }
}

#endif
