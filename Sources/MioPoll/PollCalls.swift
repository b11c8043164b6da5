package import CMioPoll

/// The system calls of the poll(2) backend, which are its only access to the kernel.
///
/// `PollSelector` uses the real calls. Every function returns the result of the system call, or
/// `-errno`.
package protocol PollCalls: Sendable {
  /// Creates the system calls.
  init()

  /// Calls `ppoll` or `poll`, and returns the number of entries with a result.
  ///
  /// A negative time waits without a limit.
  @unsafe
  func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int

  /// Calls `epoll_create1`, and returns a witness, which distinguishes open files.
  ///
  /// The result is `C_MIO_POLL_NO_WITNESS` where there is no witness.
  func createWitness() -> Int32

  /// Identifies the open file of a descriptor with `epoll_ctl`, or with `fstat` without a witness.
  ///
  /// The witness knows the file from now on.
  func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32

  /// Identifies the current open file of a descriptor with `epoll_ctl`, or with `fstat` without a
  /// witness.
  func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32

  /// Makes the witness forget the file with `epoll_ctl`.
  func strike(_ witness: Int32, _ descriptor: Int32) -> Int32

  /// Calls `eventfd` or `pipe`, and returns the end to read and the end to write.
  ///
  /// They may be the same descriptor.
  func createNotifier() -> c_mio_poll_notifier

  /// Calls `write`.
  func notify(_ end: Int32) -> Int32

  /// Calls `read`.
  func drain(_ end: Int32) -> Int32

  /// Calls `close`.
  func close(_ descriptor: Int32) -> Int32

  /// Calls `clock_gettime`, and returns nanoseconds.
  func now() -> UInt64
}
