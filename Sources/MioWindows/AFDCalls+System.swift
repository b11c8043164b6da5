#if MIO_AFD_CALLS

public import CMioWindows

/// Readiness of sockets over a completion port, the selector for Windows, and for Wine.
///
/// Timeouts are in whole milliseconds, rounded up. Only sockets can be watched: TCP, UDP and Unix.
public typealias AFDSelector = AFDBackend<SystemAFDCalls>

/// The kernel's own completion port, and its ancillary function driver.
public struct SystemAFDCalls: AFDCalls {
  /// Creates a way to the kernel.
  ///
  /// It has no state.
  public init() {}

  /// Calls `CreateIoCompletionPort`.
  public func createPort() -> Int { c_mio_port_create() }

  /// Calls `PostQueuedCompletionStatus`.
  public func post(_ port: Int, _ operation: UInt) -> Int32 { c_mio_port_post(port, operation) }

  /// Calls `GetQueuedCompletionStatusEx`.
  @unsafe
  public func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int {
    unsafe c_mio_port_wait(port, packets.baseAddress, packets.count, milliseconds)
  }

  /// Calls `NtCreateFile`.
  public func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int {
    c_mio_afd_open(port, sharing, skipping)
  }

  /// Calls `WSAIoctl`.
  public func handle(of socket: Int, by control: UInt32) -> Int {
    c_mio_socket_handle(socket, control)
  }

  /// Calls `HeapAlloc`.
  @unsafe
  public func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>? {
    unsafe c_mio_afd_request_create()
  }

  /// Calls `HeapFree`.
  @unsafe
  public func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>) {
    unsafe c_mio_afd_request_destroy(request)
  }

  /// Calls `NtDeviceIoControlFile`.
  @unsafe
  public func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32 {
    unsafe c_mio_afd_submit(helper, request, base, events)
  }

  /// Calls `NtCancelIoFileEx`.
  @unsafe
  public func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32 {
    unsafe c_mio_afd_cancel(helper, request)
  }

  /// Calls `CloseHandle`.
  public func close(_ handle: Int) -> Int32 { c_mio_handle_close(handle) }

  /// Calls `QueryPerformanceCounter`.
  public func now() -> UInt64 { c_mio_windows_now() }
}

#endif
