import CMioWindows
public import MioCore

/// What reading a message gave.
@frozen
public enum NamedPipeMessage: Hashable, Sendable {
  /// So many bytes of a message, which goes on.
  case part(Int)
  /// So many bytes, with which a message ends; none of an empty message.
  case end(Int)
  /// Nobody writes messages any more.
  case closed
}

extension NamedPipe: ByteStream {
  /// Reads into memory.
  ///
  /// Of messages it never returns bytes of two at once, and passes over empty ones;
  /// ``readMessage(into:)-(UnsafeMutableRawBufferPointer)`` tells where they end.
  ///
  /// - Returns: How many bytes came; 0 when the other end is closed and all is read, or if `buffer` is
  ///   empty; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.notConnected` when there is no client, or it was thrown off;
  ///   `.notRegistered` when the selector is gone; and others.
  /// - SeeAlso: `ReadFile`.
  @unsafe
  public borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    if unsafe buffer.isEmpty { return 0 }
    tellOperationWillBegin(.readable)
    while true {
      switch try unsafe record.read(into: buffer) {
      case nil: return nil
      case .end(0): continue
      case .part(let count), .end(let count): return count
      case .closed: return 0
      }
    }
  }

  /// Reads a message, or as much of it as there is room for.
  ///
  /// A message that is longer than `buffer`, or than the 16,384 bytes that are read ahead, comes in parts.
  /// Of a pipe of bytes, every read that the system completed counts as a message.
  ///
  /// - Returns: What came; `nil` if reading would block.
  /// - Throws: ``IOError``, as ``read(into:)-(UnsafeMutableRawBufferPointer)``; `.invalidArgument` if
  ///   `buffer` is empty.
  /// - SeeAlso: `ReadFile`, `ERROR_MORE_DATA`.
  @unsafe
  public borrowing func readMessage(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> NamedPipeMessage? {
    if unsafe buffer.isEmpty { try IOError.raise(.invalidArgument, .read) }
    tellOperationWillBegin(.readable)
    return try unsafe record.read(into: buffer)
  }

  /// Reads a message over the start of `buffer`, or as much of it as there is room for.
  ///
  /// - Returns: What came; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into memory does.
  public borrowing func readMessage(
    into buffer: inout MutableRawSpan
  ) throws(IOError) -> NamedPipeMessage? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) in
      try unsafe readMessage(into: bytes)
    }
  }

  /// Reads a message over the start of `buffer`, or as much of it as there is room for.
  ///
  /// - Returns: What came; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into memory does.
  public borrowing func readMessage(
    into buffer: inout MutableSpan<UInt8>
  ) throws(IOError) -> NamedPipeMessage? {
    try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe readMessage(into: UnsafeMutableRawBufferPointer(bytes))
    }
  }

  /// Writes from memory: up to 16,384 bytes of a stream, or a whole message of any length.
  ///
  /// The bytes are copied, and are written when the other end has room for them. Until then the next write
  /// would block. To a pipe of messages an empty write is a message, to one of bytes it is nothing.
  ///
  /// - Returns: How many bytes were taken; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe` when the other end is closed; `.notConnected` when
  ///   there is no client, or it was thrown off; `.messageTooLong` for a message of 4 GiB and more;
  ///   `.notRegistered` when the selector is gone; and others. It may be the failure of an earlier write.
  /// - SeeAlso: `WriteFile`.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    tellOperationWillBegin(.writable)
    return try unsafe record.write(bytes)
  }

  /// Is refused: pipes of Windows know no end of one direction.
  ///
  /// To end both, let the pipe go, or ``disconnect()`` the client.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported`.
  public borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try IOError.raise(.unsupported, .shutdown)
  }
}

extension NamedPipe {
  /// Operations of a pipe do not go through `withIO`: its record knows by itself what would block.
  private borrowing func tellOperationWillBegin(_ direction: Direction) {
    withRegistration { _, registration in registration.operationWillBegin(direction) }
  }
}

// MARK: - Clients

extension NamedPipe {
  /// Waits for a client, of the server's end.
  ///
  /// When a client comes, the pipe becomes writable; ask again then. A pipe that is not registered yet
  /// begins to wait when it is.
  ///
  /// - Returns: Whether there is one; also when it is gone again, of which reading tells. Always `true` of
  ///   a client's end.
  /// - Throws: ``IOError``: why waiting failed, or `.notRegistered` when the selector is gone. It can be
  ///   called again.
  /// - SeeAlso: mio 1.2.2 `NamedPipe::connect`; `ConnectNamedPipe`.
  @discardableResult
  public borrowing func connect() throws(IOError) -> Bool {
    tellOperationWillBegin(.writable)
    return try record.connect()
  }

  /// Throws the client off, of the server's end; ``connect()`` waits for the next one.
  ///
  /// What either side has written and the other has not read is lost. Without a client it ends the waiting
  /// for one.
  ///
  /// - Throws: ``IOError``, with the kind `.unsupported` or another of a client's end.
  /// - SeeAlso: mio 1.2.2 `NamedPipe::disconnect`; `DisconnectNamedPipe`.
  public borrowing func disconnect() throws(IOError) {
    try record.disconnect()
  }
}
