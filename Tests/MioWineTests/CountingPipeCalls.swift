import CMioWindows
import MioWindows
import Synchronization

/// The pipes of the real kernel, with a count of the objects that exist.
final class CountingPipeCalls: NamedPipeCalls {
  private let system = SystemNamedPipeCalls()
  private let made = Atomic<Int>(0)
  private let opened = Atomic<Int>(0)

  /// The number of operations whose memory is allocated.
  var operations: Int { made.load(ordering: .acquiring) }

  /// The number of open handles.
  var handles: Int { opened.load(ordering: .acquiring) }

  private func count(_ handle: Int) -> Int {
    if handle >= 0 { opened.add(1, ordering: .acquiringAndReleasing) }
    return handle
  }

  func create(_ name: UnsafePointer<UInt16>, _ options: c_mio_named_pipe_options) -> Int {
    count(unsafe system.create(name, options))
  }

  func open(_ name: UnsafePointer<UInt16>, access: UInt32, flags: UInt32) -> Int {
    count(unsafe system.open(name, access: access, flags: flags))
  }

  func close(_ handle: Int) -> Int32 {
    opened.subtract(1, ordering: .acquiringAndReleasing)
    return system.close(handle)
  }

  func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation>? {
    made.add(1, ordering: .acquiringAndReleasing)
    return unsafe system.makeOperation(capacity: capacity)
  }

  func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) {
    made.subtract(1, ordering: .acquiringAndReleasing)
    unsafe system.destroy(operation)
  }

  // The other calls are passed on.

  func describe(_ handle: Int, _ description: inout c_mio_named_pipe_description) -> Int32 {
    system.describe(handle, &description)
  }

  func setMode(_ handle: Int, messages: Bool) -> Int32 {
    system.setMode(handle, messages: messages)
  }

  func keepPrivate(_ handle: Int) -> Int32 { system.keepPrivate(handle) }

  func bind(_ handle: Int, to port: Int) -> Int32 { system.bind(handle, to: port) }

  func skipPackets(of handle: Int) -> Int32 { system.skipPackets(of: handle) }

  func post(_ port: Int, _ operation: UInt) -> Int32 { system.post(port, operation) }

  func connect(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    unsafe system.connect(handle, operation)
  }

  func read(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    unsafe system.read(handle, operation, count: count)
  }

  func write(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    unsafe system.write(handle, operation, count: count)
  }

  func cancel(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    unsafe system.cancel(handle, operation)
  }

  func disconnect(_ handle: Int) -> Int32 { system.disconnect(handle) }

  func code(of status: UInt32) -> Int32 { system.code(of: status) }
}
