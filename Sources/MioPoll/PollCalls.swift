public import CMioPoll

/// The system calls that the poll(2) backend makes: its one seam to the kernel.
///
/// `PollSelector` uses the real ones. All results are what the system call returns, or `-errno`.
public protocol PollCalls: Sendable {
  /// Creates a way to the kernel.
  init()

  /// `ppoll` or `poll`: how many entries have an answer.
  ///
  /// Below zero it waits for ever.
  @unsafe
  func wait(
    _ entries: UnsafeMutableBufferPointer<c_mio_poll_entry>, nanoseconds: Int64
  ) -> Int

  /// `fstat`: which open file the descriptor stands for.
  func identify(_ descriptor: Int32, _ identity: inout c_mio_poll_identity) -> Int32

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
