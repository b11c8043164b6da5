import CMioWindows

/// The memory of an overlapped operation and of its buffer.
///
/// The system writes to the memory until the packet of the operation has arrived. Until then the
/// operations of the port retain the record, and the record retains this object.
@safe
final class NamedPipeOperation {
  private let memory: UnsafeMutablePointer<c_mio_named_pipe_operation>
  private let calls: any NamedPipeCalls
  let capacity: Int

  /// Allocates the memory, or returns `nil` if there is none.
  init?(capacity: Int, _ calls: any NamedPipeCalls) {
    guard let memory = unsafe calls.makeOperation(capacity: capacity) else { return nil }
    unsafe self.memory = memory
    self.calls = calls
    self.capacity = capacity
  }

  deinit {
    unsafe calls.destroy(memory)
  }

  /// The value that the packet of the operation carries.
  var address: UInt { unsafe UInt(bitPattern: memory) }

  /// The result of the ended operation: a Win32 code and the number of transferred bytes.
  var result: (code: Int32, count: Int) {
    let ended = unsafe memory.pointee
    return (calls.code(of: UInt32(truncatingIfNeeded: ended.status)), Int(bitPattern: ended.bytes))
  }

  /// The buffer of the operation.
  var bytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: memory + 1, count: capacity)
  }

  func connect(_ handle: Int) -> Int32 { unsafe calls.connect(handle, memory) }

  func read(_ handle: Int) -> Int32 { unsafe calls.read(handle, memory, count: UInt32(capacity)) }

  func write(_ handle: Int, count: Int) -> Int32 {
    unsafe calls.write(handle, memory, count: UInt32(count))
  }

  func cancel(_ handle: Int) {
    // If the operation has already ended, the call fails because it finds no operation. The packet
    // is in the port then, and nothing else must be done.
    _ = unsafe calls.cancel(handle, memory)
  }
}
