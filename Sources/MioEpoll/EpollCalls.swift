public import CMioEpoll

/// The system calls that the epoll backend makes: its one seam to the kernel.
///
/// `EpollSelector` uses the real ones. Tests put others in their place, to see a call fail that hardly
/// ever does: `Poll(try EpollBackend(calls: FaultyCalls()))`.
///
/// All results are what the system call returns, or `-errno`.
@usableFromInline
package protocol EpollCalls: Sendable {
  /// Creates a way to the kernel.
  init()

  /// `epoll_create1(EPOLL_CLOEXEC)`: a descriptor.
  func createQueue() -> Int32

  /// `eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)`: a descriptor.
  func createCounter() -> Int32

  /// `close`.
  func close(_ descriptor: Int32) -> Int32

  /// `epoll_ctl`, to add or to modify.
  func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, events: UInt32, data: UInt64
  ) -> Int32

  /// `epoll_ctl(EPOLL_CTL_DEL)`.
  func remove(_ queue: Int32, _ descriptor: Int32) -> Int32

  /// `epoll_wait`: how many records were stored. A negative timeout waits for ever.
  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    milliseconds: Int32
  ) -> Int

  /// `epoll_pwait2`: how many records were stored. `-ENOSYS` before Linux 5.11.
  @unsafe
  func wait(
    _ queue: Int32, _ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int32,
    nanoseconds: Int64
  ) -> Int

  /// `write` of a 1 to an eventfd. `-EAGAIN` when its counter is full.
  func addToCounter(_ descriptor: Int32) -> Int32

  /// `read` of an eventfd: its counter becomes zero.
  func resetCounter(_ descriptor: Int32) -> Int32

  /// `clock_gettime(CLOCK_MONOTONIC)`, in nanoseconds.
  func now() -> UInt64
}
