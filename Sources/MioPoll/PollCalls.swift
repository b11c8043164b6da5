package import CMioPoll

/// The system calls that the poll(2) backend makes: its one seam to the kernel.
///
/// `PollSelector` uses the real ones. All results are what the system call returns, or `-errno`.
package protocol PollCalls: Sendable {
  /// Creates a way to the kernel.
  init()

  /// `ppoll` or `poll`: how many entries have an answer.
  ///
  /// Below zero it waits for ever.
  @unsafe
  func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int

  /// `epoll_create1`: a witness that knows open files apart, or `C_MIO_POLL_NO_WITNESS`.
  func createWitness() -> Int32

  /// `epoll_ctl`, or `fstat` without a witness: which open file the descriptor stands for.
  ///
  /// The witness knows the file from now on.
  func enlist(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32

  /// `epoll_ctl`, or `fstat` without a witness: which open file the descriptor stands for by now.
  func recognize(
    _ witness: Int32, _ descriptor: Int32, _ identity: inout c_mio_poll_identity
  ) -> Int32

  /// `epoll_ctl`: the witness forgets the file.
  func strike(_ witness: Int32, _ descriptor: Int32) -> Int32

  /// `eventfd` or `pipe`: the end to read and the end to write, which may be the same.
  func createNotifier(_ ends: inout (Int32, Int32)) -> Int32

  /// `write`.
  func notify(_ end: Int32) -> Int32

  /// `read`.
  func drain(_ end: Int32) -> Int32

  /// `close`.
  func close(_ descriptor: Int32) -> Int32

  /// `clock_gettime(CLOCK_MONOTONIC)`, in nanoseconds.
  func now() -> UInt64
}
