#if MIO_AFD_CALLS

package import CMioWindows
public import MioCore

extension NamedPipe {
  /// Creates an instance of a pipe, which is the server's end, for one client to open.
  ///
  /// A server that serves several clients at once creates an instance for each. ``connect()`` waits
  /// for the client.
  ///
  /// - Parameters:
  ///   - name: `\\.\pipe\` and a name, which may contain backslashes, such as `sql\query`. The
  ///     whole name has at most 256 UTF-16 code units.
  ///   - options: The options of the instance.
  /// - Throws: ``IOError`` with the kind
  ///   - `.invalidArgument` if the name is not the name of a pipe, or if an option is out of range;
  ///   - `.nameTooLong`;
  ///   - `.permissionDenied` if the instance must be the first one and is not, or if the caller may
  ///     not create it;
  ///   - `.addressInUse` if the maximum number of instances exists;
  ///   - `.outOfMemory` or another.
  /// - SeeAlso: mio 1.2.2 `NamedPipe::new`; `CreateNamedPipeW`.
  public init(
    creating name: String, options: NamedPipeOptions = NamedPipeOptions()
  ) throws(IOError) {
    try self.init(creating: name, options: options, calls: SystemNamedPipeCalls())
  }

  /// Opens the client's end of a pipe.
  ///
  /// The initializer does not wait for a free instance. The server may identify the client, but not
  /// impersonate it. If the pipe has one direction, the client's end can only read, or only write.
  ///
  /// - Parameters:
  ///   - name: `\\.\pipe\` and the name, or `\\computer\pipe\` and the name.
  ///   - mode: The mode in which the client reads. The server determines the mode of its own end.
  /// - Throws: ``IOError`` with the kind
  ///   - `.notFound` if the pipe does not exist;
  ///   - `.wouldBlock` if no instance of the pipe is free; try again later;
  ///   - `.invalidArgument` if the name is not the name of a pipe, or if `mode` is `.messages` and
  ///     the pipe is one of bytes;
  ///   - `.nameTooLong`, `.permissionDenied`, `.outOfMemory` or another.
  /// - SeeAlso: `CreateFileW`.
  public init(opening name: String, mode: NamedPipeMode = .bytes) throws(IOError) {
    try self.init(opening: name, mode: mode, calls: SystemNamedPipeCalls())
  }

  /// Takes ownership of one end of a pipe that was opened with `FILE_FLAG_OVERLAPPED`.
  ///
  /// The handle is no longer inherited afterwards. It must have no operation in progress, and it
  /// must not be bound to a completion port. A handle that can only write does not report whether
  /// it is connected, and is treated as connected: wait for its client first.
  ///
  /// - Parameters:
  ///   - descriptor: The handle.
  ///   - mode: The mode in which to read.
  /// - Throws: ``IOError`` with the kind
  ///   - `.badDescriptor` if the descriptor is not a handle;
  ///   - `.invalidArgument` if the handle is not a pipe or is not overlapped, such as an anonymous
  ///     pipe, or if `mode` is `.messages` and the pipe is one of bytes;
  ///   - `.permissionDenied` if the read mode differs and the rights of the handle do not allow a
  ///     change; or another. The caller keeps the handle in all these cases.
  /// - SeeAlso: mio 1.2.2 `FromRawHandle`.
  public init(adopting descriptor: Descriptor, mode: NamedPipeMode = .bytes) throws(IOError) {
    try self.init(adopting: descriptor, mode: mode, calls: SystemNamedPipeCalls())
  }
}

/// The system calls of the real named pipes.
package struct SystemNamedPipeCalls: NamedPipeCalls {
  package init() {}

  @unsafe
  package func create(_ name: UnsafePointer<UInt16>, _ options: c_mio_named_pipe_options) -> Int {
    unsafe c_mio_named_pipe_create(name, options)
  }

  @unsafe
  package func open(_ name: UnsafePointer<UInt16>, access: UInt32, flags: UInt32) -> Int {
    unsafe c_mio_named_pipe_open(name, access, flags)
  }

  package func describe(_ handle: Int, _ description: inout c_mio_named_pipe_description) -> Int32 {
    unsafe c_mio_named_pipe_describe(handle, &description)
  }

  package func setMode(_ handle: Int, messages: Bool) -> Int32 {
    c_mio_named_pipe_set_mode(handle, messages)
  }

  package func keepPrivate(_ handle: Int) -> Int32 { c_mio_named_pipe_keep_private(handle) }

  package func bind(_ handle: Int, to port: Int) -> Int32 { c_mio_named_pipe_bind(handle, port) }

  package func skipPackets(of handle: Int) -> Int32 { c_mio_named_pipe_skip_packets(handle) }

  package func post(_ port: Int, _ operation: UInt) -> Int32 {
    c_mio_port_post(port, operation)
  }

  @unsafe
  package func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation>? {
    unsafe c_mio_named_pipe_operation_create(capacity)
  }

  @unsafe
  package func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) {
    unsafe c_mio_named_pipe_operation_destroy(operation)
  }

  @unsafe
  package func connect(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    unsafe c_mio_named_pipe_connect(handle, operation)
  }

  @unsafe
  package func read(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    unsafe c_mio_named_pipe_read(handle, operation, count)
  }

  @unsafe
  package func write(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    unsafe c_mio_named_pipe_write(handle, operation, count)
  }

  @unsafe
  package func cancel(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    unsafe c_mio_named_pipe_cancel(handle, operation)
  }

  package func disconnect(_ handle: Int) -> Int32 { c_mio_named_pipe_disconnect(handle) }

  package func code(of status: UInt32) -> Int32 {
    c_mio_status_error(Int32(bitPattern: status))
  }

  package func close(_ handle: Int) -> Int32 { c_mio_handle_close(handle) }
}

#endif
