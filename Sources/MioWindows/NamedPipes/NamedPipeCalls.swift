package import CMioWindows

/// The system calls of named pipes, which are their only connection to the kernel.
///
/// Negative results are negated Win32 codes. Names are UTF-16 and end with a zero.
package protocol NamedPipeCalls: Sendable {
  /// Creates an instance of a pipe whose handle is not inherited: `CreateNamedPipeW`.
  ///
  /// - Returns: The handle.
  @unsafe
  func create(_ name: UnsafePointer<UInt16>, _ options: c_mio_named_pipe_options) -> Int

  /// Opens the client's end with these rights and flags: `CreateFileW`.
  ///
  /// The handle is not inherited.
  ///
  /// - Returns: The handle.
  @unsafe
  func open(_ name: UnsafePointer<UInt16>, access: UInt32, flags: UInt32) -> Int

  /// Queries the properties of a handle, and whether a peer is connected: `NtQueryInformationFile`.
  func describe(_ handle: Int, _ description: inout c_mio_named_pipe_description) -> Int32

  /// Makes operations wait, and reads return messages or bytes: `SetNamedPipeHandleState`.
  func setMode(_ handle: Int, messages: Bool) -> Int32

  /// Makes a handle one that is not inherited: `SetHandleInformation`.
  func keepPrivate(_ handle: Int) -> Int32

  /// Binds a handle permanently to the port that reports its operations: `CreateIoCompletionPort`.
  func bind(_ handle: Int, to port: Int) -> Int32

  /// Makes operations that succeed at once send no packet: `SetFileCompletionNotificationModes`.
  ///
  /// The mode cannot be undone.
  func skipPackets(of handle: Int) -> Int32

  /// Posts a packet with an operation that the system does not know: `PostQueuedCompletionStatus`.
  func post(_ port: Int, _ operation: UInt) -> Int32

  /// Allocates an operation followed by its buffer: `HeapAlloc`.
  ///
  /// - Returns: The operation, or `nil` if there is no memory.
  @unsafe
  func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation>?

  /// Frees an operation: `HeapFree`.
  @unsafe
  func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>)

  /// Waits for a client: `ConnectNamedPipe`.
  ///
  /// For this call, for reading and for writing, a packet arrives for `ERROR_IO_PENDING` and
  /// `ERROR_MORE_DATA`, and for zero unless such packets are skipped. No other result sends a
  /// packet. The operation must stay in place until then.
  @unsafe
  func connect(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32

  /// Reads into the buffer of the operation: `ReadFile`.
  @unsafe
  func read(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32

  /// Writes from the buffer of the operation: `WriteFile`.
  @unsafe
  func write(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32

  /// Cancels an operation: `CancelIoEx`.
  @unsafe
  func cancel(_ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) -> Int32

  /// Disconnects the client: `DisconnectNamedPipe`.
  func disconnect(_ handle: Int) -> Int32

  /// Returns the Win32 code of an NTSTATUS: `RtlNtStatusToDosError`.
  func code(of status: UInt32) -> Int32

  /// Closes a handle: `CloseHandle`.
  func close(_ handle: Int) -> Int32
}
