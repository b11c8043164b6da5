import MioCore
import MioLock

/// The calls of the user.
extension NamedPipeRecord {
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> NamedPipeMessage? {
    try lock.withLock { () throws(IOError) in
      if state.reading == .idle { try readNow() }
      switch state.reading {
      case .holding(let range, _): return unsafe take(range, into: buffer)
      case .failed(let code):
        state.settleRead()
        if code == NamedPipeCode.brokenPipe { return .closed }
        throw IOError(win32: code, .read)
      case .idle, .pending, .abandoned: return nil
      }
    }
  }

  /// Reads when no bytes were read ahead.
  private func readNow() throws(IOError) {
    // The read must wait for the first registration, or for the client.
    guard try canSubmit(.read), state.connection != .wanted else { return }
    state.beginRead()
    submitRead()
    // The selector may have been destroyed during the call.
    _ = try canSubmit(.read)
  }

  private func take(
    _ range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer
  )
    -> NamedPipeMessage
  {
    let count = min(range.count, buffer.count)
    if let bytes = unsafe reading?.bytes[range.prefix(count)] {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
    }
    let isEnd = state.consume(count, room: buffer.count)
    settle()
    return isEnd ? .end(count) : .part(count)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    if unsafe bytes.isEmpty && !isMessageType { return 0 }
    if UInt32(exactly: bytes.count) == nil && isMessageType {
      try IOError.raise(.messageTooLong, .write)
    }
    return try lock.withLock { () throws(IOError) in
      if case .failed(let code) = state.writing {
        state.settleWrite()
        throw IOError(win32: code, .write)
      }
      guard try canSubmit(.write), state.writing == .idle, state.connection != .wanted else {
        state.rearm(.writable)
        return nil
      }
      let count = unsafe submitWrite(bytes)
      _ = try canSubmit(.write)
      try IOError.checkWin32(count, .write)
      if count < bytes.count { state.rearm(.writable) }
      return count
    }
  }

  func connect() throws(IOError) -> Bool {
    try lock.withLock { () throws(IOError) in
      state.connect()
      settle()
      switch state.connection {
      case .established: return true
      case .failed(let code):
        state.resetConnection()
        throw IOError(win32: code, .connect)
      case .wanted, .none:
        _ = try canSubmit(.connect)
        return false
      }
    }
  }

  func disconnect() throws(IOError) {
    try lock.withLock { () throws(IOError) in try throwClientOff() }
  }

  /// Returns whether operations can be submitted, which is not possible before the first
  /// registration.
  private func canSubmit(_ operation: IOError.Operation) throws(IOError) -> Bool {
    if state.port == .gone { try IOError.raise(.notRegistered, operation) }
    return state.port == .bound
  }
}
