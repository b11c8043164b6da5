#if MIO_EPOLL_CALLS

public import CMioEpoll

/// Linux' epoll, the selector for Linux and Android.
///
/// Needs Linux 2.6.27. Timeouts are exact to the nanosecond from Linux 5.11 on; before, those that
/// are not whole milliseconds are rounded up.
///
/// - SeeAlso: [epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html).
public typealias EpollSelector = EpollBackend<SystemEpollCalls>

/// The kernel's own epoll.
public struct SystemEpollCalls: EpollCalls {
  /// Creates a way to the kernel.
  ///
  /// It has no state.
  @inlinable
  public init() {}

  /// Calls `epoll_create1`.
  @inlinable
  public func createQueue() -> Int32 { c_mio_epoll_create() }

  /// Calls `eventfd`.
  @inlinable
  public func createCounter() -> Int32 { c_mio_eventfd_create() }

  /// Calls `close`.
  @inlinable
  public func close(_ descriptor: Int32) -> Int32 { c_mio_epoll_close(descriptor) }

  /// Calls `epoll_ctl`.
  @inlinable
  public func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, events: UInt32, data: UInt64
  ) -> Int32 {
    c_mio_epoll_control(queue, operation, descriptor, events, data)
  }

  /// Calls `epoll_ctl`.
  @inlinable
  public func remove(_ queue: Int32, _ descriptor: Int32) -> Int32 {
    c_mio_epoll_remove(queue, descriptor)
  }

  /// Calls `epoll_wait`.
  @unsafe
  @inlinable
  public func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    milliseconds: Int32
  ) -> Int {
    unsafe c_mio_epoll_wait(queue, records, capacity, milliseconds)
  }

  /// Calls `epoll_pwait2`.
  @unsafe
  @inlinable
  public func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    nanoseconds: Int64
  ) -> Int {
    unsafe c_mio_epoll_wait_precisely(queue, records, capacity, nanoseconds)
  }

  /// Calls `write`.
  @inlinable
  public func addToCounter(_ descriptor: Int32) -> Int32 { c_mio_eventfd_add(descriptor) }

  /// Calls `read`.
  @inlinable
  public func resetCounter(_ descriptor: Int32) -> Int32 { c_mio_eventfd_reset(descriptor) }

  /// Calls `clock_gettime`.
  @inlinable
  public func now() -> UInt64 { c_mio_epoll_now() }
}

#endif
