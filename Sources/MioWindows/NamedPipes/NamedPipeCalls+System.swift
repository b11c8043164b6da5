#if MIO_AFD_CALLS

package import CMioWindows
public import MioCore

extension NamedPipe {
  /// Creates an instance of a pipe, the server's end, that a client can open.
  ///
  /// A server that serves several clients at once creates an instance for each. ``connect()`` waits for
  /// the client.
  ///
  /// - Parameters:
  ///   - name: `\\.\pipe\` and a name, which may have backslashes in it, as `sql\query` has; 256 UTF-16 code
  ///     units at most in all.
  ///   - options: How to create it.
  /// - Throws: ``IOError`` with the kind
  ///   - `.invalidArgument` for what is no such name, or for options out of range;
  ///   - `.nameTooLong`;
  ///   - `.permissionDenied` when it is to be the first instance and is not, or may not be created;
  ///   - `.addressInUse` when there are as many instances as there may be;
  ///   - `.outOfMemory` and others.
  /// - SeeAlso: mio 1.2.2 `NamedPipe::new`; `CreateNamedPipeW`.
  public init(
    creating name: String, options: NamedPipeOptions = NamedPipeOptions()
  ) throws(IOError) {
    try self.init(creating: name, options: options, calls: SystemNamedPipeCalls())
  }

  /// Opens the client's end of a pipe.
  ///
  /// It does not wait for an instance to become free. The server may learn who the client is, and may not
  /// act in its name. Of a pipe that goes one way it is the end that can only read, or only write.
  ///
  /// - Parameters:
  ///   - name: `\\.\pipe\` and the name, or `\\computer\pipe\` and the name.
  ///   - mode: How to read; the server says how the other end reads.
  /// - Throws: ``IOError`` with the kind
  ///   - `.notFound` when there is no such pipe;
  ///   - `.wouldBlock` when no instance of it is free: try again later;
  ///   - `.invalidArgument` for what is no such name, or when messages are to be read from a pipe of bytes;
  ///   - `.nameTooLong`, `.permissionDenied`, `.outOfMemory` and others.
  /// - SeeAlso: `CreateFileW`.
  public init(opening name: String, mode: NamedPipeMode = .bytes) throws(IOError) {
    try self.init(opening: name, mode: mode, calls: SystemNamedPipeCalls())
  }

  /// Takes over one end of a pipe that was opened with `FILE_FLAG_OVERLAPPED`; it becomes one that is not
  /// inherited.
  ///
  /// No operation may be under way with it, and it may not be bound to a completion port. A handle that can
  /// only write may not be asked whether it is connected, and counts as such: wait for its client before.
  ///
  /// - Parameters:
  ///   - descriptor: The handle.
  ///   - mode: How to read.
  /// - Throws: ``IOError`` with the kind
  ///   - `.badDescriptor` for what is no handle;
  ///   - `.invalidArgument` for what is no pipe or is not overlapped, as an anonymous pipe is not, or when
  ///     messages are to be read from a pipe of bytes;
  ///   - `.permissionDenied` when it reads otherwise and its rights do not let that be changed, and others.
  ///     The handle stays the caller's then.
  /// - SeeAlso: mio 1.2.2 `FromRawHandle`.
  public init(adopting descriptor: Descriptor, mode: NamedPipeMode = .bytes) throws(IOError) {
    try self.init(adopting: descriptor, mode: mode, calls: SystemNamedPipeCalls())
  }
}

/// The kernel's own named pipes.
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
