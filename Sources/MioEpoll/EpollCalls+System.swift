#if MIO_EPOLL_CALLS

public import CMioEpoll
public import CMioSystemCalls

/// The system calls of the real kernel.
@usableFromInline
package struct SystemEpollCalls: EpollCalls {
  /// Creates the system calls, which have no state.
  @inlinable
  package init() {}

  /// Calls `epoll_create1`.
  @inlinable
  package func createQueue() -> Int32 { c_mio_epoll_create() }

  /// Calls `eventfd`.
  @inlinable
  package func createCounter() -> Int32 { c_mio_eventfd_create() }

  /// Calls `close`.
  @inlinable
  package func close(_ descriptor: Int32) -> Int32 { c_mio_descriptor_close(descriptor) }

  /// Calls `epoll_ctl`.
  @inlinable
  package func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, events: UInt32, data: UInt64
  ) -> Int32 {
    c_mio_epoll_control(queue, operation, descriptor, events, data)
  }

  /// Calls `epoll_ctl`.
  @inlinable
  package func remove(_ queue: Int32, _ descriptor: Int32) -> Int32 {
    c_mio_epoll_remove(queue, descriptor)
  }

  /// Calls `epoll_wait`.
  @unsafe
  @inlinable
  package func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    milliseconds: Int32
  ) -> Int {
    unsafe c_mio_epoll_wait(queue, records, capacity, milliseconds)
  }

  /// Calls `epoll_pwait2`.
  @unsafe
  @inlinable
  package func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    nanoseconds: Int64
  ) -> Int {
    unsafe c_mio_epoll_wait_precisely(queue, records, capacity, nanoseconds)
  }

  /// Calls `write`.
  @inlinable
  package func addToCounter(_ descriptor: Int32) -> Int32 { c_mio_eventfd_add(descriptor) }

  /// Calls `read`.
  @inlinable
  package func resetCounter(_ descriptor: Int32) -> Int32 { c_mio_eventfd_reset(descriptor) }

  /// Calls `clock_gettime`.
  @inlinable
  package func now() -> UInt64 { c_mio_clock_now() }
}

#endif
