import CMioWindows
import MioCore
import MioLock

/// What a named pipe and the port that tells of its operations share: its state, its memory, its handle.
///
/// Each operation under way retains it. It hangs on the pipe's registration state, where selectors of
/// Windows find it.
@safe
final class NamedPipeRecord: RegistrationRecord, PortSource, @unchecked Sendable {
  // Safety of `@unchecked`: everything mutable is used under the lock, except what is the poller's.

  /// How much is read at a time, and how much of a stream is written.
  static let capacity = 16_384

  let handle: Int
  let isMessageType: Bool
  let calls: any NamedPipeCalls
  let lock = Lock()
  var state: NamedPipeState
  private var token: Token = 0
  private var operations: PortOperations?
  private var isOpen = true
  /// Whether what succeeds at once sends no packet.
  private var skipsPackets = false
  /// Whether it has asked to hear of the next wait.
  private var isDue = false

  private let connecting: NamedPipeOperation
  private(set) var reading: NamedPipeOperation?
  private var writing: NamedPipeOperation?

  /// The poller's own.
  var isTouched = false

  /// Takes a handle over, unless it throws.
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
      guard !state.isClosed else { return }
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

  /// Binds the handle to the port, which it keeps for ever, also if it is not registered after all.
  private func bind(to operations: PortOperations) throws(IOError) {
    if let bound = self.operations {
      if bound !== operations { try IOError.raise(.alreadyRegistered, .register) }
      return
    }
    try IOError.checkWin32(Int(calls.bind(handle, to: operations.port)), .register)
    self.operations = operations
    state.bind()
    // Whether a packet comes for a part of a message, which is no failure and no success, nobody says.
    skipsPackets = !state.readsMessages && calls.skipPackets(of: handle) == 0
  }

  private func change(
    _ token: Token, _ interest: Interest, _ mode: TriggerMode, _ operation: IOError.Operation
  ) throws(IOError) {
    if state.connection == .none {
      // A client may have come before anybody waited for it.
      if try calls.describe(handle, operation).is_connected { state.meet() }
    }
    let previous = (state.registration, self.token)
    state.register(interest, mode)
    self.token = token
    perform()
    let result = announce()
    if result < 0 {
      state.restore(previous.0)
      self.token = previous.1
      try IOError.checkWin32(Int(result), operation)
    }
  }
}

// MARK: - Operations of the system

extension NamedPipeRecord {
  /// Does what is to be done, and sees to it that the poller looks if there is something to report.
  func settle() {
    perform()
    // Without memory for a packet it must wait until the next wait begins.
    if announce() < 0 { rememberRound() }
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

  /// Submits a read that the state counts as begun.
  func submitRead() {
    reading = reading ?? NamedPipeOperation(capacity: Self.capacity, calls)
    guard let reading else { return state.readAnswered(NamedPipeCode.outOfMemory) }
    let code = submit(reading) { $0.read(handle) }
    if !isOver(code) { return state.readAnswered(code) }
    state.meet()
    complete(reading)
  }

  /// Submits a write of these bytes, all of them if they are a message.
  ///
  /// - Returns: How many are under way, or a negated code.
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

  /// - Returns: The call's code, which alone says whether a packet will come.
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

  /// Whether an operation that was answered so has succeeded, and no packet comes.
  private func isOver(_ code: Int32) -> Bool {
    skipsPackets && code == NamedPipeCode.success
  }

  /// The address that an announcement's packet carries, which is no operation's.
  private var announcement: UInt { connecting.address + 1 }

  /// Makes the poller look if there is something to report.
  ///
  /// - Returns: A negated error code if that failed.
  private func announce() -> Int32 {
    guard let operations, state.announce() else { return 0 }
    guard operations.begin(announcement, of: self) else {
      state.arriveAnnouncement()
      state.losePort()
      return 0
    }
    let result = calls.post(operations.port, announcement)
    if result < 0 {
      operations.takeBack(announcement)
      state.arriveAnnouncement()
    }
    return result
  }

  /// Throws the client off, and all that is under way with it.
  func throwClientOff() throws(IOError) {
    let result = calls.disconnect(handle)
    // Nobody was there, or was thrown off already, which is what is wanted.
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
    // It is ours, so that it cannot fail, and nobody is there any more who could be told.
    _ = calls.close(handle)
  }
}

// MARK: - What the port tells

extension NamedPipeRecord {
  func complete(_ operation: UInt) {
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
    return writing?.address == operation ? writing : nil
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

  func takeEvent() -> Event? {
    lock.withLock {
      guard let readiness = state.takeNews() else { return nil }
      if state.registration.mode == .level { rememberRound() }
      return Event(token: token, readiness: readiness)
    }
  }

  func beginRound() {
    lock.withLock {
      isDue = false
      state.beginRound()
      settle()
    }
  }

  private func rememberRound() {
    guard !isDue, let operations else { return }
    isDue = true
    operations.remember(self)
  }

  func portWillClose() {
    lock.withLock {
      state.losePort()
      guard isOpen else { return }
      if state.connecting != .idle { connecting.cancel(handle) }
      if state.isReadUnderWay { reading?.cancel(handle) }
      if state.isWriteUnderWay { writing?.cancel(handle) }
    }
  }
}
