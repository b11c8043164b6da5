package import CMioWindows

/// The system calls that the AFD backend makes: its one seam to the kernel.
///
/// `AFDSelector` uses the real ones. Results are what the call returns, or a negated error code, except
/// where they are an NTSTATUS.
package protocol AFDCalls: Sendable {
  /// Creates a way to the kernel.
  init()

  /// `CreateIoCompletionPort`: a handle.
  func createPort() -> Int

  /// `PostQueuedCompletionStatus` of a packet with this operation, zero for none.
  func post(_ port: Int, _ operation: UInt) -> Int32

  /// `GetQueuedCompletionStatusEx`: how many packets were stored, 0 when the time was over.
  ///
  /// `UInt32.max` waits for ever.
  @unsafe
  func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int

  /// `NtCreateFile` of a helper that polls are made through, bound to the port: a handle.
  ///
  /// - Parameters:
  ///   - port: The port that tells the ends of its polls.
  ///   - sharing: What others may open the device for meanwhile, `FILE_SHARE_…`.
  ///   - skipping: What is left out when a poll ends: `SetFileCompletionNotificationModes`.
  /// - Returns: The handle.
  func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int

  /// `WSAIoctl` with a control that answers a handle.
  func handle(of socket: Int, by control: UInt32) -> Int

  /// `HeapAlloc` of the memory of a poll, `nil` when there is none.
  @unsafe
  func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>?

  /// `HeapFree` of the memory of a poll.
  @unsafe
  func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>)

  /// `NtDeviceIoControlFile` with `IOCTL_AFD_POLL`: an NTSTATUS.
  ///
  /// For zero and for `STATUS_PENDING` a packet comes, and the request must stay until then.
  @unsafe
  func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32

  /// `NtCancelIoFileEx`: an NTSTATUS.
  @unsafe
  func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32

  /// `CloseHandle`.
  func close(_ handle: Int) -> Int32

  /// `QueryPerformanceCounter`, in nanoseconds.
  func now() -> UInt64
}
