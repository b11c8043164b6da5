public import CMioEpoll

/// The system calls of the epoll backend, which are its only access to the kernel.
///
/// `EpollSelector` uses the real calls. Tests replace them to inject failures that are rare in
/// practice: `Poll(try EpollBackend(calls: FaultyCalls()))`.
///
/// Every function returns the result of the system call, or `-errno`.
@usableFromInline
package protocol EpollCalls: Sendable {
  /// Creates the system calls.
  init()

  /// Calls `epoll_create1(EPOLL_CLOEXEC)`, and returns a descriptor.
  func createQueue() -> Int32

  /// Calls `eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)`, and returns a descriptor.
  func createCounter() -> Int32

  /// Calls `close`.
  func close(_ descriptor: Int32) -> Int32

  /// Calls `epoll_ctl` to add or to modify a registration.
  func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, events: UInt32, data: UInt64
  ) -> Int32

  /// Calls `epoll_ctl(EPOLL_CTL_DEL)`.
  func remove(_ queue: Int32, _ descriptor: Int32) -> Int32

  /// Calls `epoll_wait`, and returns the number of records that were written.
  ///
  /// A negative timeout waits without a limit.
  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    milliseconds: Int32
  ) -> Int

  /// Calls `epoll_pwait2`, and returns the number of records that were written.
  ///
  /// Before Linux 5.11 it returns `-ENOSYS`.
  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    nanoseconds: Int64
  ) -> Int

  /// Calls `write` to add 1 to an eventfd.
  ///
  /// It returns `-EAGAIN` if the counter is full.
  func addToCounter(_ descriptor: Int32) -> Int32

  /// Calls `read` on an eventfd, which sets its counter to zero.
  func resetCounter(_ descriptor: Int32) -> Int32

  /// Calls `clock_gettime(CLOCK_MONOTONIC)`, and returns nanoseconds.
  func now() -> UInt64
}
