import CMioWindows

/// The memory of an overlapped operation, and of what it reads or writes.
///
/// The system writes to it until the operation's packet has come; until then the port's operations hold
/// the record, and the record holds this.
@safe
final class NamedPipeOperation {
  private let memory: UnsafeMutablePointer<c_mio_named_pipe_operation>
  private let calls: any NamedPipeCalls
  let capacity: Int

  /// Allocates it; `nil` when there is no memory.
  init?(capacity: Int, _ calls: any NamedPipeCalls) {
    guard let memory = unsafe calls.makeOperation(capacity: capacity) else { return nil }
    unsafe self.memory = memory
    self.calls = calls
    self.capacity = capacity
  }

  deinit {
    unsafe calls.destroy(memory)
  }

  /// What its packet carries.
  var address: UInt { unsafe UInt(bitPattern: memory) }

  /// How it ended: a code of Win32, and how many bytes went.
  var result: (code: Int32, count: Int) {
    let ended = unsafe memory.pointee
    return (calls.code(of: UInt32(truncatingIfNeeded: ended.status)), Int(bitPattern: ended.bytes))
  }

  /// Where the bytes are that are read or written.
  var bytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: memory + 1, count: capacity)
  }

  func connect(_ handle: Int) -> Int32 { unsafe calls.connect(handle, memory) }

  func read(_ handle: Int) -> Int32 { unsafe calls.read(handle, memory, count: UInt32(capacity)) }

  func write(_ handle: Int, count: Int) -> Int32 {
    unsafe calls.write(handle, memory, count: UInt32(count))
  }

  func cancel(_ handle: Int) {
    // One that has ended has its packet on the way: not found, and nothing is to be done.
    _ = unsafe calls.cancel(handle, memory)
  }
}
