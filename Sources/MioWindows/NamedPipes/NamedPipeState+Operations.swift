import CMioWindows
import MioCore

/// The codes of Windows that the state of a pipe distinguishes.
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

  /// Returns whether a packet arrives for an operation with this result.
  static func isSubmitted(_ code: Int32) -> Bool {
    code == success || code == pending || code == moreData
  }
}

// MARK: - Results of the system

extension NamedPipeState {
  /// Returns the next operation to submit.
  ///
  /// The operation counts as submitted with this call. If the system refuses the operation, the
  /// method that applies the result undoes this.
  mutating func nextStep() -> Step {
    guard port == .bound else { return .nothing }
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
    // The client may have closed its end already. The rest of its bytes can be read, and then the
    // end.
    let isThere = code == NamedPipeCode.connected || code == NamedPipeCode.noData
    connection = isThere ? .established : .failed(code)
  }

  mutating func readAnswered(_ code: Int32) {
    if NamedPipeCode.isSubmitted(code) {
      meet()
    } else {
      reading = port == .gone ? .idle : .failed(code)
    }
    // There is nothing to read now. The next bytes, or the end of file, must be reported.
    rearm(.readable)
  }

  mutating func writeAnswered(_ code: Int32) {
    if NamedPipeCode.isSubmitted(code) { return meet() }
    writing = .idle
  }

  mutating func connectCompleted(_ code: Int32) {
    let isWanted = connecting == .pending
    connecting = .idle
    guard isWanted else { return }
    if code == NamedPipeCode.success {
      connection = .established
    } else if port == .bound {
      connection = .failed(code)
    }
  }

  mutating func readCompleted(_ code: Int32, _ count: Int) {
    guard reading == .pending else {
      reading = .idle
      return
    }
    reading =
      switch code {
      case NamedPipeCode.success where count == 0 && !readsMessages: .idle
      case NamedPipeCode.success: .holding(0..<count, continues: false)
      case NamedPipeCode.moreData: .holding(0..<count, continues: true)
      // Other code that has the handle cancelled the read, or the port is closing.
      case NamedPipeCode.aborted: .idle
      default: .failed(code)
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

// MARK: - Calls of the user

extension NamedPipeState {
  mutating func connect() {
    if connection == .none { connection = .wanted }
    rearm([.readable, .writable])
  }

  /// Forgets a failed connect that was reported, so that the connect can be tried again.
  mutating func resetConnection() {
    connection = .none
  }

  /// Begins a read, either ahead of the user or during a call of the user.
  mutating func beginRead() {
    readsOn = false
    reading = .pending
  }

  /// Consumes held bytes that the user has read into a buffer of `room` bytes.
  ///
  /// If the user received fewer bytes than the buffer can hold, the user knows that there are no
  /// more. The direction is then armed as after a read that would block.
  ///
  /// - Returns: Whether a message ends with these bytes.
  mutating func consume(_ count: Int, room: Int) -> Bool {
    guard case .holding(let range, let continues) = reading else {
      preconditionFailure("bytes are consumed that are not held")
    }
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

  /// Forgets a failed read that was reported.
  ///
  /// The end of the stream remains. Reads can be tried again after every other failure.
  mutating func settleRead() {
    if reading != .failed(NamedPipeCode.brokenPipe) { reading = .idle }
    if registration.mode == .edge { registration.armed.remove(.readable) }
  }

  mutating func beginWrite(_ count: Int) {
    writing = .pending(count)
  }

  /// Forgets a failed write that was reported.
  mutating func settleWrite() {
    writing = .idle
  }

  /// Records that the client was disconnected, with all bytes that it wrote and that were not read.
  mutating func disconnect() {
    connection = .none
    abandon()
    if case .pending = writing { writing = .abandoned }
    if case .failed = writing { writing = .idle }
    rearm(.readable)
  }

  /// Records that the user has released the pipe.
  ///
  /// A write in progress continues.
  mutating func close() {
    isClosed = true
    connection = .none
    registration = Registration()
    abandon()
  }

  private mutating func abandon() {
    if connecting == .pending { connecting = .abandoned }
    reading =
      switch reading {
      case .pending, .abandoned: .abandoned
      case .holding, .failed, .idle: .idle
      }
  }

  /// Whether the handle can be closed; closing it during a write would end the write.
  var isHandleOver: Bool {
    guard isClosed else { return false }
    if case .pending = writing { return false }
    return true
  }
}
