import CMioWindows
import Loom

/// The system's side of a named pipe of Windows, at the server's end.
///
/// A port of an ``AFDModel`` reports its operations.
final class PipeModel {
  private enum Link { case listening, connected, closing, closed }

  private enum Operation: Hashable { case connect, read, write }

  private let afd: AFDModel
  /// Whether packets of operations that succeed at once can be skipped.
  private let canSkipPackets: Bool
  private var skipsPackets = false
  private var port = 0
  private var link = Link.listening
  private var pending: [Operation: UInt] = [:]
  /// The bytes that the client has written and the server has not read.
  private var inbound: [UInt8] = []
  /// Whether the client has space for the server's bytes.
  private var hasRoom = true
  private var memories: Set<UInt> = []
  private(set) var isOpen = false

  static let handle = 4711

  init(_ afd: AFDModel, canSkipPackets: Bool = false) {
    self.afd = afd
    self.canSkipPackets = canSkipPackets
  }

  /// The objects of a destroyed pipe that still exist.
  var remains: [String] {
    (isOpen ? ["the pipe's handle is open"] : []) + memories.map { _ in "memory is not freed" }
  }

  /// The number of bytes that the server has not read.
  var unread: Int { inbound.count }
}

// MARK: - The client

extension PipeModel {
  func clientComes() {
    Loom.step("client comes")
    guard link == .listening else { return }
    link = .connected
    end(.connect, 0)
  }

  func clientWrites() {
    Loom.step("client writes")
    guard link == .connected else { return }
    inbound.append(1)
    endRead()
  }

  func clientReads() {
    Loom.step("client reads")
    hasRoom = true
    end(.write, 0, count: 1)
  }

  func clientLeaves() {
    Loom.step("client leaves")
    link = .closing
    end(.read, C_MIO_ERROR_BROKEN_PIPE)
    end(.write, C_MIO_ERROR_NO_DATA)
  }

  /// Makes writes wait for the client to read.
  func fill() { hasRoom = false }
}

// MARK: - The server's calls

extension PipeModel {
  func open() -> Int {
    isOpen = true
    return Self.handle
  }

  func close() {
    Loom.check(isOpen, "the pipe is closed twice")
    isOpen = false
    link = .closed
    endAll()
  }

  func bind(to port: Int) { self.port = port }

  func skipPackets() -> Int32 {
    skipsPackets = canSkipPackets
    return canSkipPackets ? 0 : -Int32(C_MIO_ERROR_INVALID_PARAMETER)
  }

  var isConnected: Bool { link == .connected || link == .closing }

  func connect(_ address: UInt) -> Int32 {
    if isConnected { return -Int32(C_MIO_ERROR_PIPE_CONNECTED) }
    return begin(.connect, address)
  }

  func read(_ address: UInt) -> Int32 {
    if link == .listening { return -Int32(C_MIO_ERROR_PIPE_LISTENING) }
    if inbound.isEmpty, link == .closing { return -Int32(C_MIO_ERROR_BROKEN_PIPE) }
    if inbound.isEmpty { return begin(.read, address) }
    pending[.read] = address
    endRead(isAtOnce: true)
    return 0
  }

  func write(_ address: UInt) -> Int32 {
    switch link {
    case .listening: return -Int32(C_MIO_ERROR_PIPE_LISTENING)
    case .closing, .closed: return -Int32(C_MIO_ERROR_NO_DATA)
    case .connected: break
    }
    if !hasRoom { return begin(.write, address) }
    pending[.write] = address
    end(.write, 0, count: 1, isAtOnce: true)
    return 0
  }

  func cancel(_ address: UInt) {
    for (operation, other) in pending where other == address {
      end(operation, C_MIO_ERROR_OPERATION_ABORTED)
    }
  }

  func disconnect() {
    link = .listening
    inbound = []
    endAll()
  }
}

// MARK: - Operations

extension PipeModel {
  func makeOperation(capacity: Int) -> UnsafeMutablePointer<c_mio_named_pipe_operation> {
    let size = MemoryLayout<c_mio_named_pipe_operation>.stride + capacity
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    memories.insert(UInt(bitPattern: memory))
    return memory.bindMemory(to: c_mio_named_pipe_operation.self, capacity: 1)
  }

  func destroy(_ operation: UnsafeMutablePointer<c_mio_named_pipe_operation>) {
    let address = UInt(bitPattern: operation)
    Loom.check(!pending.values.contains(address), "memory is freed that the system writes to")
    memories.remove(address)
    UnsafeMutableRawPointer(operation).deallocate()
  }

  private func begin(_ operation: Operation, _ address: UInt) -> Int32 {
    Loom.check(pending[operation] == nil, "two operations of one kind")
    pending[operation] = address
    return -Int32(C_MIO_ERROR_IO_PENDING)
  }

  /// Ends a read with the available bytes.
  private func endRead(isAtOnce: Bool = false) {
    guard let address = pending[.read],
      let memory = UnsafeMutableRawPointer(bitPattern: address)
    else { return }
    let buffer = memory + MemoryLayout<c_mio_named_pipe_operation>.stride
    for (offset, byte) in inbound.enumerated() {
      buffer.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }
    let count = inbound.count
    inbound = []
    end(.read, 0, count: count, isAtOnce: isAtOnce)
  }

  private func end(
    _ operation: Operation, _ code: Int, count: Int = 0, isAtOnce: Bool = false
  ) {
    guard let address = pending.removeValue(forKey: operation),
      let memory = UnsafeMutablePointer<c_mio_named_pipe_operation>(bitPattern: address)
    else { return }
    Loom.check(memories.contains(address), "the system writes to memory that was freed")
    memory.pointee.status = UInt(code)
    memory.pointee.bytes = UInt(count)
    if !isAtOnce || !skipsPackets { afd.kernel.post(port, address) }
  }

  private func endAll() {
    for operation in [Operation.connect, .read, .write] {
      end(operation, C_MIO_ERROR_OPERATION_ABORTED)
    }
  }
}
