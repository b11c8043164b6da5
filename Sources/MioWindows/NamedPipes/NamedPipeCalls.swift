package import CMioWindows

/// The system calls that named pipes make: their one seam to the kernel.
///
/// Results below zero are negated Win32 codes. Names are UTF-16, and end with a zero.
package protocol NamedPipeCalls: Sendable {
  /// `CreateNamedPipeW`, of a pipe whose handle is not inherited: a handle.
  @unsafe
  func create(_ name: UnsafePointer<UInt16>, _ options: c_mio_named_pipe_options) -> Int

  /// `CreateFileW` of the client's end, with these rights and flags, not inherited: a handle.
  @unsafe
  func open(_ name: UnsafePointer<UInt16>, access: UInt32, flags: UInt32) -> Int

  /// `NtQueryInformationFile`: what a handle is, and whether somebody is at the other end.
  func describe(_ handle: Int, _ description: inout c_mio_named_pipe_description) -> Int32

  /// `SetNamedPipeHandleState`: operations wait, and reading gives messages or bytes.
  func setMode(_ handle: Int, messages: Bool) -> Int32

  /// `SetHandleInformation`: the handle is not inherited.
  func keepPrivate(_ handle: Int) -> Int32

  /// `CreateIoCompletionPort`: the ends of the handle's operations are told by this port, for ever.
  func bind(_ handle: Int, to port: Int) -> Int32

  /// `SetFileCompletionNotificationModes`: what succeeds at once sends no packet.
  ///
  /// It cannot be taken back.
  func skipPackets(of handle: Int) -> Int32

  /// `PostQueuedCompletionStatus`, in the name of an operation that the system knows nothing of.
  func post(_ port: Int, _ operation: UInt) -> Int32

  /// `HeapAlloc` of an operation with its buffer behind it, `nil` when there is no memory.
  @unsafe
  func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation>?

  /// `HeapFree` of an operation.
  @unsafe
  func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>)

  /// `ConnectNamedPipe`.
  ///
  /// Of this and the next two a packet comes for `ERROR_IO_PENDING` and `ERROR_MORE_DATA`, for zero unless
  /// such packets are skipped, and for nothing else; the operation must stay until then.
  @unsafe
  func connect(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32

  /// `ReadFile`.
  @unsafe
  func read(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32

  /// `WriteFile`.
  @unsafe
  func write(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32

  /// `CancelIoEx`.
  @unsafe
  func cancel(_ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) -> Int32

  /// `DisconnectNamedPipe`.
  func disconnect(_ handle: Int) -> Int32

  /// `RtlNtStatusToDosError`: the Win32 code of an NTSTATUS.
  func code(of status: UInt32) -> Int32

  /// `CloseHandle`.
  func close(_ handle: Int) -> Int32
}
