package import CMioWindows

/// The system calls of the AFD backend, which are its only connection to the kernel.
///
/// `AFDSelector` makes the real calls. A result is the result of the call or a negated error code,
/// unless it is an NTSTATUS.
package protocol AFDCalls: Sendable {
  /// Creates a set of system calls.
  init()

  /// Creates a completion port: `CreateIoCompletionPort`.
  ///
  /// - Returns: The handle of the port.
  func createPort() -> Int

  /// Posts a packet with an operation: `PostQueuedCompletionStatus`.
  ///
  /// The operation zero stands for no operation.
  func post(_ port: Int, _ operation: UInt) -> Int32

  /// Waits for packets: `GetQueuedCompletionStatusEx`.
  ///
  /// The timeout `UInt32.max` waits indefinitely.
  ///
  /// - Returns: The number of packets that were stored, or 0 when the timeout expired.
  @unsafe
  func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int

  /// Opens a helper, through which polls are made, and binds it to the port: `NtCreateFile`.
  ///
  /// - Parameters:
  ///   - port: The port that reports the ends of the helper's polls.
  ///   - sharing: The access to the device that other code may open while the helper is open,
  ///     `FILE_SHARE_…`.
  ///   - skipping: The notifications that the end of a poll omits:
  ///     `SetFileCompletionNotificationModes`.
  /// - Returns: The handle.
  func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int

  /// Returns the handle that a control of `WSAIoctl` returns.
  func handle(of socket: Int, by control: UInt32) -> Int

  /// Allocates the memory of a poll: `HeapAlloc`.
  ///
  /// - Returns: The memory, or `nil` if there is none.
  @unsafe
  func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>?

  /// Frees the memory of a poll: `HeapFree`.
  @unsafe
  func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>)

  /// Submits a poll: `NtDeviceIoControlFile` with `IOCTL_AFD_POLL`.
  ///
  /// A packet arrives for zero and for `STATUS_PENDING`. The request must stay in place until then.
  ///
  /// - Returns: An NTSTATUS.
  @unsafe
  func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32

  /// Cancels a poll: `NtCancelIoFileEx`.
  ///
  /// - Returns: An NTSTATUS.
  @unsafe
  func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32

  /// Closes a handle: `CloseHandle`.
  func close(_ handle: Int) -> Int32

  /// Returns the time in nanoseconds: `QueryPerformanceCounter`.
  func now() -> UInt64
}
