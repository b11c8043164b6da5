import CMioWindows
import MioCore
import MioLock

/// The state, the memory and the handle that a named pipe shares with the port of its operations.
///
/// Each operation in progress retains the record. The record is attached to the registration state
/// of the pipe, where the selectors of Windows find it.
@safe
final class NamedPipeRecord: RegistrationRecord, PortSource, @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is used under the lock, or by the poller only.

  /// The number of bytes of one read, and the maximum number of bytes of one write to a stream.
  static let capacity = 16_384

  let handle: Int
  let isMessageType: Bool
  let calls: any NamedPipeCalls
  let lock = Lock()
  var state: NamedPipeState
  private var token: Token = 0
  private var operations: PortOperations?
  private var isOpen = true
  /// Whether operations that succeed at once send no packet.
  private var skipsPackets = false

  private let connecting: NamedPipeOperation
  private(set) var reading: NamedPipeOperation?
  private var writing: NamedPipeOperation?

  /// Takes ownership of a handle, unless the initializer throws.
  init(
    _ handle: Int, _ description: c_mio_named_pipe_description, _ mode: NamedPipeMode,
    _ calls: any NamedPipeCalls
  ) throws(IOError) {
    guard let connecting = NamedPipeOperation(capacity: 0, calls) else {
      throw IOError(.outOfMemory, operation: .create)
    }
    self.handle = handle
    self.calls = calls
    self.connecting = connecting
    isMessageType = description.is_message_type
    state = NamedPipeState(
      isConnected: description.is_connected, readsMessages: mode == .messages)
    super.init(selector: portSourceIdentity)
  }

  deinit {
    precondition(state.isAtRest, "a record is freed while the system writes to it")
  }

  override func wouldBlock(_ direction: Direction) {
    lock.withLock {
      state.rearm(direction == .readable ? .readable : .writable)
      settle()
    }
  }

  override func sourceWillClose() {
    lock.withLock {
      state.close()
      cancelAbandoned()
      closeIfOver()
    }
  }
}

// MARK: - Registration

extension NamedPipeRecord {
  var possibleInterest: Interest { [.readable, .writable] }

  func register(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      try bind(to: operations)
      try change(token, interest, mode, .register)
    }
  }

  func reregister(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      guard self.operations === operations, state.isRegistered else {
        try IOError.raise(.notRegistered, .reregister)
      }
      try change(token, interest, mode, .reregister)
    }
  }

  func deregister(from operations: PortOperations) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      guard self.operations === operations, state.isRegistered else {
        try IOError.raise(.notRegistered, .deregister)
      }
      state.deregister()
    }
  }

  /// Binds the handle to the port.
  ///
  /// The handle keeps the port permanently, even if the registration fails afterwards.
  private func bind(to operations: PortOperations) throws(IOError) {
    if let bound = self.operations {
      if bound !== operations { try IOError.raise(.alreadyRegistered, .register) }
      return
    }
    try IOError.checkWin32(Int(calls.bind(handle, to: operations.port)), .register)
    self.operations = operations
    state.bind()
    // It is not documented whether a packet arrives for a part of a message, which is neither a
    // failure nor a success.
    skipsPackets = !state.readsMessages && calls.skipPackets(of: handle) == 0
  }

  private func change(
    _ token: Token, _ interest: Interest, _ mode: TriggerMode, _ operation: IOError.Operation
  ) throws(IOError) {
    if state.connection == .none {
      // A client may have connected before the server started to wait.
      if try calls.describe(handle, operation).is_connected { state.meet() }
    }
    let previous = (state.registration, self.token)
    state.register(interest, mode)
    self.token = token
    perform()
    if let failure = announce() {
      state.restore(previous.0)
      self.token = previous.1
      try IOError.checkWin32(Int(failure), operation)
    }
  }
}

// MARK: - Operations of the system

extension NamedPipeRecord {
  /// Performs the next steps, and makes the poller look if there are events to report.
  func settle() {
    perform()
    // Without memory for a packet, the event must wait until the next wait begins.
    if announce() != nil { rememberRound() }
  }

  private func perform() {
    while true {
      switch state.nextStep() {
      case .nothing: return
      case .connect:
        let code = submit(connecting) { $0.connect(handle) }
        if isOver(code) { complete(connecting) } else { state.connectAnswered(code) }
      case .read: submitRead()
      }
    }
  }

  /// Submits a read that the state already counts as begun.
  func submitRead() {
    reading = reading ?? NamedPipeOperation(capacity: Self.capacity, calls)
    guard let reading else { return state.readAnswered(NamedPipeCode.outOfMemory) }
    let code = submit(reading) { $0.read(handle) }
    if !isOver(code) { return state.readAnswered(code) }
    state.meet()
    complete(reading)
  }

  /// Submits a write of these bytes, or of the first part of them if they are not a message.
  ///
  /// - Returns: The number of bytes in progress, or a negated code.
  func submitWrite(_ bytes: UnsafeRawBufferPointer) -> Int {
    let count = isMessageType ? bytes.count : min(bytes.count, Self.capacity)
    let capacity = max(count, Self.capacity)
    if writing?.capacity != capacity {
      writing = NamedPipeOperation(capacity: capacity, calls)
    }
    guard let writing else { return -Int(NamedPipeCode.outOfMemory) }
    unsafe writing.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    state.beginWrite(count)
    let code = submit(writing) { $0.write(handle, count: count) }
    if isOver(code) {
      state.meet()
      complete(writing)
    } else {
      state.writeAnswered(code)
    }
    return NamedPipeCode.isSubmitted(code) ? count : -Int(code)
  }

  /// Submits an operation.
  ///
  /// - Returns: The code of the call. Only this code determines whether a packet will arrive.
  private func submit(
    _ operation: NamedPipeOperation, _ call: (NamedPipeOperation) -> Int32
  ) -> Int32 {
    guard let operations, operations.begin(operation.address, of: self) else {
      state.losePort()
      return NamedPipeCode.aborted
    }
    let code = -call(operation)
    if !NamedPipeCode.isSubmitted(code) || isOver(code) {
      operations.takeBack(operation.address)
    }
    return code
  }

  /// Returns whether an operation with this result has succeeded and sends no packet.
  private func isOver(_ code: Int32) -> Bool {
    skipsPackets && code == NamedPipeCode.success
  }

  /// The value that the packet of an announcement carries; no operation has this address.
  private var announcement: UInt { UInt(bitPattern: ObjectIdentifier(self)) }

  /// Makes the poller look if there are events to report.
  ///
  /// - Returns: A negated error code if this failed.
  private func announce() -> Int32? {
    guard let operations, state.announce() else { return nil }
    guard operations.begin(announcement, of: self) else {
      state.arriveAnnouncement()
      state.losePort()
      return nil
    }
    let result = calls.post(operations.port, announcement)
    guard result < 0 else { return nil }
    operations.takeBack(announcement)
    state.arriveAnnouncement()
    return result
  }

  /// Disconnects the client, and cancels all operations in progress with it.
  func throwClientOff() throws(IOError) {
    let result = calls.disconnect(handle)
    // With these codes no client is connected, which is the goal of the call.
    if -result != NamedPipeCode.listening && -result != NamedPipeCode.notConnected {
      try IOError.checkWin32(Int(result), .disconnect)
    }
    state.disconnect()
    cancelAbandoned()
  }

  private func cancelAbandoned() {
    if state.connecting == .abandoned { connecting.cancel(handle) }
    if state.reading == .abandoned { reading?.cancel(handle) }
    if state.writing == .abandoned { writing?.cancel(handle) }
  }

  private func closeIfOver() {
    guard isOpen, state.isHandleOver else { return }
    isOpen = false
    // The record owns the handle, so closing it cannot fail. No caller could receive an error anyway.
    _ = calls.close(handle)
  }
}

// MARK: - Packets of the port

// A pipe keeps its port permanently, so all calls come from this port.
extension NamedPipeRecord {
  func complete(_ operation: UInt, on operations: PortOperations) {
    lock.withLock {
      if operation == announcement {
        state.arriveAnnouncement()
      } else if let operation = own(operation) {
        complete(operation)
      }
      perform()
      closeIfOver()
    }
  }

  private func own(_ operation: UInt) -> NamedPipeOperation? {
    if connecting.address == operation { return connecting }
    if reading?.address == operation { return reading }
    return writing
  }

  private func complete(_ operation: NamedPipeOperation) {
    let (code, count) = operation.result
    if operation === connecting {
      state.connectCompleted(code)
    } else if operation === reading {
      state.readCompleted(code, count)
    } else {
      state.writeCompleted(code, count)
    }
  }

  func takeEvent(for operations: PortOperations) -> Event? {
    lock.withLock {
      guard let readiness = state.takeNews() else { return nil }
      if state.registration.mode == .level { rememberRound() }
      return Event(token: token, readiness: readiness)
    }
  }

  func beginRound(of operations: PortOperations) {
    lock.withLock {
      state.beginRound()
      settle()
    }
  }

  private func rememberRound() {
    operations?.remember(self)
  }

  func portWillClose(_ operations: PortOperations) {
    lock.withLock {
      state.losePort()
      guard isOpen else { return }
      if state.connecting != .idle { connecting.cancel(handle) }
      if state.isReadUnderWay { reading?.cancel(handle) }
      if state.isWriteUnderWay { writing?.cancel(handle) }
    }
  }
}
