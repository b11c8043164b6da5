import CMioWindows
import MioCore

@testable import MioWindows

/// A kernel with one pipe whose behaviour a test determines; for one thread.
///
/// By default calls succeed, and operations stay in progress until the test ends them.
@safe
final class ScriptedPipeCalls: NamedPipeCalls, @unchecked Sendable {
  // Safety of `@unchecked`: tests use it on one thread.

  enum Call: Hashable, CaseIterable {
    case create, open, describe, setMode, keepPrivate, bind, skipPackets, post, connect, read, write
    case cancel, disconnect, close, makeOperation
  }

  static let handle = 4711

  /// The codes with which the next calls fail; later calls succeed.
  var failures: [Call: [Int]] = [:]
  private(set) var made: [Call] = []
  var description = c_mio_named_pipe_description(
    is_known: true, is_message_type: false, reads_messages: false, is_nonblocking: false,
    is_connected: false, is_synchronous: false)
  var skips = false

  /// The operations that succeed at once, and the bytes that they transfer.
  ///
  /// Their packets are skipped, or must be taken with `end`.
  var immediate: [Call: [UInt8]] = [:]
  /// The violations of the rules for handles.
  private(set) var violations: [String] = []
  private var isClosed = false
  /// The operations in progress that were cancelled.
  private(set) var cancelled: [Call] = []
  /// The capacities of the buffers that were allocated.
  private(set) var capacities: [Int] = []
  /// The bytes of the writes, in the order of the calls.
  private(set) var written: [[UInt8]] = []

  /// The operations in progress, in the order of their submission.
  private var underWay: [(call: Call, memory: UInt)] = []
  private(set) var announcements: [UInt] = []
  /// The number of operations whose memory is allocated.
  private(set) var memories = 0
  private(set) var isOpen = false
  /// The options with which instances were created.
  private(set) var created: [c_mio_named_pipe_options] = []
  /// The access rights with which clients' ends were opened; `flags` has their flags.
  private(set) var accesses: [UInt32] = []
  private(set) var flags: Set<UInt32> = []
  /// The read modes that were set; `true` stands for messages.
  private(set) var modes: [Bool] = []

  func count(of call: Call) -> Int { made.count { $0 == call } }

  private func answer(_ call: Call) -> Int32 {
    made.append(call)
    guard var codes = failures[call], !codes.isEmpty else { return 0 }
    defer { failures[call] = codes }
    return -Int32(codes.removeFirst())
  }

  private func submit(
    _ call: Call, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    requireOpen()
    let result = answer(call)
    if result != 0 { return result }
    unsafe operation.pointee = c_mio_named_pipe_operation()
    underWay.append((call, UInt(bitPattern: operation)))
    guard let bytes = immediate[call] else { return -Int32(C_MIO_ERROR_IO_PENDING) }
    if skips { _ = end(call, call == .read ? bytes : [], count: bytes.count) }
    return 0
  }

  private func requireOpen() {
    if isClosed { violations.append("a closed handle is used") }
  }

  /// Ends the operation of this kind that is in progress.
  ///
  /// - Returns: The value that the packet carries; 0 if no such operation is in progress.
  func end(_ call: Call, code: Int = 0, _ bytes: [UInt8] = [], count: Int? = nil) -> UInt {
    guard let index = underWay.firstIndex(where: { $0.call == call }),
      let operation = unsafe UnsafeMutablePointer<c_mio_named_pipe_operation>(
        bitPattern: underWay.remove(at: index).memory)
    else { return 0 }
    unsafe operation.pointee.status = UInt(code)
    unsafe operation.pointee.bytes = UInt(count ?? bytes.count)
    let buffer = unsafe UnsafeMutableRawPointer(operation + 1)
    for (offset, byte) in bytes.enumerated() {
      unsafe buffer.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }
    return UInt(bitPattern: operation)
  }

  /// Ends the operations that were cancelled, or whose handle was closed.
  ///
  /// - Returns: The values that the packets carry.
  func endCancelled() -> [UInt] {
    defer { cancelled = [] }
    let ending = isClosed ? underWay.map(\.call) : cancelled
    return ending.map { end($0, code: C_MIO_ERROR_OPERATION_ABORTED) }.filter { $0 != 0 }
  }

  func takeAnnouncements() -> [UInt] {
    defer { announcements = [] }
    return announcements
  }

  // The system calls.

  func create(_ name: UnsafePointer<UInt16>, _ options: c_mio_named_pipe_options) -> Int {
    created.append(options)
    return open(.create)
  }

  func open(_ name: UnsafePointer<UInt16>, access: UInt32, flags: UInt32) -> Int {
    accesses.append(access)
    self.flags.insert(flags)
    description.is_connected = true
    return open(.open)
  }

  private func open(_ call: Call) -> Int {
    let result = answer(call)
    if result < 0 { return Int(result) }
    isOpen = true
    isClosed = false
    return Self.handle
  }

  func describe(_ handle: Int, _ description: inout c_mio_named_pipe_description) -> Int32 {
    isClosed = false
    description = self.description
    return answer(.describe)
  }

  func setMode(_ handle: Int, messages: Bool) -> Int32 {
    modes.append(messages)
    return answer(.setMode)
  }

  func keepPrivate(_ handle: Int) -> Int32 { answer(.keepPrivate) }

  func bind(_ handle: Int, to port: Int) -> Int32 { answer(.bind) }

  func skipPackets(of handle: Int) -> Int32 {
    let result = answer(.skipPackets)
    skips = result == 0
    return result
  }

  func post(_ port: Int, _ operation: UInt) -> Int32 {
    let result = answer(.post)
    if result == 0 { announcements.append(operation) }
    return result
  }

  func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation>? {
    if answer(.makeOperation) < 0 { return nil }
    memories += 1
    capacities.append(capacity)
    let size = MemoryLayout<c_mio_named_pipe_operation>.stride + capacity
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    return unsafe memory.bindMemory(to: c_mio_named_pipe_operation.self, capacity: 1)
  }

  func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) {
    memories -= 1
    unsafe UnsafeMutableRawPointer(operation).deallocate()
  }

  func connect(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    unsafe submit(.connect, operation)
  }

  func read(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    unsafe submit(.read, operation)
  }

  func write(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>, count: UInt32
  ) -> Int32 {
    let bytes = unsafe UnsafeRawBufferPointer(start: operation + 1, count: Int(count))
    unsafe written.append(Array(bytes))
    return unsafe submit(.write, operation)
  }

  func cancel(
    _ handle: Int, _ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>
  ) -> Int32 {
    requireOpen()
    let address = UInt(bitPattern: operation)
    if let found = underWay.first(where: { $0.memory == address }) { cancelled.append(found.call) }
    return answer(.cancel)
  }

  func disconnect(_ handle: Int) -> Int32 { answer(.disconnect) }

  func code(of status: UInt32) -> Int32 { Int32(status) }

  func close(_ handle: Int) -> Int32 {
    requireOpen()
    isOpen = false
    isClosed = true
    return answer(.close)
  }
}
