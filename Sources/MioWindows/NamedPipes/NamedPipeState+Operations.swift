import CMioWindows
import MioCore

/// Codes of Windows that say how an operation is going, and not that it failed.
enum NamedPipeCode {
  static let success: Int32 = 0
  static let pending = Int32(C_MIO_ERROR_IO_PENDING)
  static let moreData = Int32(C_MIO_ERROR_MORE_DATA)
  static let aborted = Int32(C_MIO_ERROR_OPERATION_ABORTED)
  static let brokenPipe = Int32(C_MIO_ERROR_BROKEN_PIPE)
  static let noData = Int32(C_MIO_ERROR_NO_DATA)
  static let notConnected = Int32(C_MIO_ERROR_PIPE_NOT_CONNECTED)
  static let connected = Int32(C_MIO_ERROR_PIPE_CONNECTED)
  static let listening = Int32(C_MIO_ERROR_PIPE_LISTENING)
  static let writeFault = Int32(C_MIO_ERROR_WRITE_FAULT)
  static let outOfMemory = Int32(C_MIO_ERROR_NOT_ENOUGH_MEMORY)

  /// Whether a packet comes for an operation that was answered so.
  static func isSubmitted(_ code: Int32) -> Bool {
    code == success || code == pending || code == moreData
  }
}

// MARK: - What the system does

extension NamedPipeState {
  /// What to submit now.
  ///
  /// Submitting counts as done with this call; the answer takes it back if the system refused.
  mutating func nextStep() -> Step {
    guard port == .bound, !isClosed else { return .nothing }
    if connection == .wanted && connecting == .idle {
      connecting = .pending
      return .connect
    }
    let isWanted = readsOn || registration.armed.contains(.readable)
    if connection == .established && reading == .idle && isWanted {
      beginRead()
      return .read
    }
    return .nothing
  }

  mutating func connectAnswered(_ code: Int32) {
    if NamedPipeCode.isSubmitted(code) { return }
    connecting = .idle
    if port == .gone { return }
    // Of a client that came and went the rest can be read, and the end.
    let isThere = code == NamedPipeCode.connected || code == NamedPipeCode.noData
    connection = isThere ? .established : .failed(code)
  }

  mutating func readAnswered(_ code: Int32) {
    if NamedPipeCode.isSubmitted(code) {
      meet()
    } else {
      reading = port == .gone ? .idle : .failed(code)
    }
    // There is nothing to read now: that there is, or the end, will be news.
    rearm(.readable)
  }

  mutating func writeAnswered(_ code: Int32) {
    if NamedPipeCode.isSubmitted(code) { return meet() }
    writing = .idle
  }

  mutating func connectCompleted(_ code: Int32) {
    let isWanted = connecting == .pending
    connecting = .idle
    guard isWanted, connection == .wanted else { return }
    if code == NamedPipeCode.success {
      connection = .established
    } else if port == .bound {
      connection = .failed(code)
    }
  }

  mutating func readCompleted(_ code: Int32, _ count: Int) {
    let isWanted = reading == .pending
    reading = .idle
    guard isWanted else { return }
    switch code {
    case NamedPipeCode.success where count == 0 && !readsMessages: break
    case NamedPipeCode.success: reading = .holding(0..<count, continues: false)
    case NamedPipeCode.moreData: reading = .holding(0..<count, continues: true)
    // Somebody cancelled it, who has the handle too, or the port is closing.
    case NamedPipeCode.aborted: break
    default: reading = .failed(code)
    }
  }

  mutating func writeCompleted(_ code: Int32, _ count: Int) {
    guard case .pending(let expected) = writing else {
      writing = .idle
      return
    }
    if code != NamedPipeCode.success {
      writing = .failed(code)
    } else {
      writing = count == expected ? .idle : .failed(NamedPipeCode.writeFault)
    }
  }
}

// MARK: - What the user does

extension NamedPipeState {
  mutating func connect() {
    if connection == .none { connection = .wanted }
    rearm([.readable, .writable])
  }

  /// The failure of connecting has been told: it can be tried again.
  mutating func resetConnection() {
    connection = .none
  }

  /// A read is submitted because the user asks, and not ahead.
  mutating func beginRead() {
    readsOn = false
    reading = .pending
  }

  /// So many of the bytes that are held have been read, into room for so many.
  ///
  /// Who has got less than there was room for knows that there is no more, as if reading had been blocked.
  ///
  /// - Returns: Whether a message ends with them.
  mutating func consume(_ count: Int, room: Int) -> Bool {
    guard case .holding(let range, let continues) = reading else { return false }
    let rest = range.dropFirst(count)
    if !rest.isEmpty {
      reading = .holding(rest, continues: continues)
      return false
    }
    reading = .idle
    readsOn = registration.mode == .edge && registration.interest.contains(.readable)
    if count < room { rearm(.readable) }
    return !continues
  }

  /// The failure of reading has been told.
  ///
  /// The end of the stream stays; what else failed can be tried again.
  mutating func settleRead() {
    if reading != .failed(NamedPipeCode.brokenPipe) { reading = .idle }
    if registration.mode == .edge { registration.armed.remove(.readable) }
  }

  mutating func beginWrite(_ count: Int) {
    writing = .pending(count)
  }

  /// The failure of writing has been told.
  mutating func settleWrite() {
    writing = .idle
  }

  /// The client was thrown off, with all that it wrote and was not read.
  mutating func disconnect() {
    connection = .none
    abandon()
    if case .pending = writing { writing = .abandoned }
    if case .failed = writing { writing = .idle }
    rearm([.readable, .writable])
  }

  /// The user needs it no more.
  ///
  /// What has been written goes on its way.
  mutating func close() {
    isClosed = true
    connection = .none
    registration = Registration()
    abandon()
  }

  private mutating func abandon() {
    readsOn = false
    if connecting == .pending { connecting = .abandoned }
    switch reading {
    case .pending: reading = .abandoned
    case .holding, .failed: reading = .idle
    case .idle, .abandoned: break
    }
  }

  /// Whether the handle is of no use any more: closing it would end a write.
  var isHandleOver: Bool {
    guard isClosed else { return false }
    if case .pending = writing { return false }
    return true
  }
}
