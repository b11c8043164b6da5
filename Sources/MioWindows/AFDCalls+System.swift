#if MIO_AFD_CALLS

package import CMioWindows

/// The system calls of the real completion port and the real ancillary function driver.
package struct SystemAFDCalls: AFDCalls {
  /// Creates a value without state.
  package init() {}

  /// Calls `CreateIoCompletionPort`.
  package func createPort() -> Int { c_mio_port_create() }

  /// Calls `PostQueuedCompletionStatus`.
  package func post(_ port: Int, _ operation: UInt) -> Int32 { c_mio_port_post(port, operation) }

  /// Calls `GetQueuedCompletionStatusEx`.
  @unsafe
  package func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int {
    unsafe c_mio_port_wait(port, packets.baseAddress, packets.count, milliseconds)
  }

  /// Calls `NtCreateFile`.
  package func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int {
    c_mio_afd_open(port, sharing, skipping)
  }

  /// Calls `WSAIoctl`.
  package func handle(of socket: Int, by control: UInt32) -> Int {
    c_mio_socket_handle(socket, control)
  }

  /// Calls `HeapAlloc`.
  @unsafe
  package func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>? {
    unsafe c_mio_afd_request_create()
  }

  /// Calls `HeapFree`.
  @unsafe
  package func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>) {
    unsafe c_mio_afd_request_destroy(request)
  }

  /// Calls `NtDeviceIoControlFile`.
  @unsafe
  package func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32 {
    unsafe c_mio_afd_submit(helper, request, base, events)
  }

  /// Calls `NtCancelIoFileEx`.
  @unsafe
  package func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32 {
    unsafe c_mio_afd_cancel(helper, request)
  }

  /// Calls `CloseHandle`.
  package func close(_ handle: Int) -> Int32 { c_mio_handle_close(handle) }

  /// Calls `QueryPerformanceCounter`.
  package func now() -> UInt64 { c_mio_windows_now() }
}

#endif
