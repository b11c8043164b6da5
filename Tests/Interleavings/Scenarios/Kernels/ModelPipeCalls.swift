import CMioWindows
import Loom
import MioWindows

/// The system calls of a ``PipeModel``, and of the port to which it is bound.
struct ModelPipeCalls: NamedPipeCalls, @unchecked Sendable {
  let pipe: PipeModel
  let afd: AFDModel

  func create(_ name: UnsafePointer<UInt16>, _ options: c_mio_named_pipe_options) -> Int {
    pipe.open()
  }

  func open(_ name: UnsafePointer<UInt16>, access: UInt32, flags: UInt32) -> Int {
    -C_MIO_ERROR_FILE_NOT_FOUND
  }

  func describe(_ handle: Int, _ description: inout c_mio_named_pipe_description) -> Int32 {
    Loom.step("NtQueryFile")
    description.is_connected = pipe.isConnected
    return 0
  }

  func setMode(_ handle: Int, messages: Bool) -> Int32 { 0 }

  func keepPrivate(_ handle: Int) -> Int32 { 0 }

  func bind(_ handle: Int, to port: Int) -> Int32 {
    Loom.step("bind to port")
    pipe.bind(to: port)
    return 0
  }

  func skipPackets(of handle: Int) -> Int32 { pipe.skipPackets() }

  func post(_ port: Int, _ operation: UInt) -> Int32 {
    Loom.step("PostStatus")
    if afd.refuses("PostStatus fails") { return -Int32(C_MIO_ERROR_NOT_ENOUGH_MEMORY) }
    afd.kernel.post(port, operation)
    return 0
  }

  func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation>? {
    pipe.makeOperation(capacity: capacity)
  }

  func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) {
    Loom.step("HeapFree")
    pipe.destroy(operation)
  }

  func connect(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    Loom.step("ConnectNamedPipe")
    return pipe.connect(UInt(bitPattern: operation))
  }

  func read(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    Loom.step("ReadFile")
    return pipe.read(UInt(bitPattern: operation))
  }

  func write(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    Loom.step("WriteFile")
    return pipe.write(UInt(bitPattern: operation))
  }

  func cancel(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    Loom.step("CancelIoEx")
    pipe.cancel(UInt(bitPattern: operation))
    return 0
  }

  func disconnect(_ handle: Int) -> Int32 {
    Loom.step("DisconnectPipe")
    pipe.disconnect()
    return 0
  }

  func code(of status: UInt32) -> Int32 { Int32(status) }

  func close(_ handle: Int) -> Int32 {
    Loom.step("CloseHandle")
    pipe.close()
    return 0
  }
}
