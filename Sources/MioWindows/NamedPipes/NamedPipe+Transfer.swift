import CMioWindows
public import MioCore

/// The result of reading a message.
@frozen
public enum NamedPipeMessage: Hashable, Sendable {
  /// The number of bytes of a message that has more bytes.
  case part(Int)
  /// The number of bytes at the end of a message; 0 for an empty message.
  case end(Int)
  /// The peer is closed, and no more messages arrive.
  case closed
}

extension NamedPipe: ByteStream {
  /// Reads into memory.
  ///
  /// From a pipe of messages it never returns bytes of two messages at once, and it skips empty
  /// messages. ``readMessage(into:)-(UnsafeMutableRawBufferPointer)`` also returns where messages
  /// end.
  ///
  /// - Returns: The number of bytes that were read; 0 if the other end is closed and all bytes have
  ///   been read, or if `buffer` is empty; `nil` if reading would block.
  /// - Throws: ``IOError`` with the kind `.notConnected` if there is no client, or if the client
  ///   was disconnected; `.notRegistered` if the selector no longer exists; or another kind.
  /// - SeeAlso: `ReadFile`.
  @unsafe
  public borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    if unsafe buffer.isEmpty { return 0 }
    notifyOperationWillBegin(.readable)
    while true {
      switch try unsafe record.read(into: buffer) {
      case nil: return nil
      case .end(0): continue
      case .part(let count), .end(let count): return count
      case .closed: return 0
      }
    }
  }

  /// Reads a message, or as much of it as fits into the buffer.
  ///
  /// A message that is longer than `buffer`, or longer than the 16,384 bytes that are read ahead,
  /// is read in parts. From a pipe of bytes, every read that the system completed counts as a
  /// message.
  ///
  /// - Returns: The part that was read; `nil` if reading would block.
  /// - Throws: ``IOError``, as ``read(into:)-(UnsafeMutableRawBufferPointer)`` does;
  ///   `.invalidArgument` if `buffer` is empty.
  /// - SeeAlso: `ReadFile`, `ERROR_MORE_DATA`.
  @unsafe
  public borrowing func readMessage(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> NamedPipeMessage? {
    if unsafe buffer.isEmpty { try IOError.raise(.invalidArgument, .read) }
    notifyOperationWillBegin(.readable)
    return try unsafe record.read(into: buffer)
  }

  /// Reads a message over the start of `buffer`, or as much of it as fits into the buffer.
  ///
  /// - Returns: The part that was read; `nil` if reading would block.
  /// - Throws: ``IOError``, as reading into memory does.
  public borrowing func readMessage(
    into buffer: inout MutableRawSpan
  ) throws(IOError) -> NamedPipeMessage? {
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(IOError) in
      try unsafe readMessage(into: bytes)
    }
  }

  /// Reads a message over the start of `buffer`, or as much of it as fits into the buffer.
  ///
  /// - Returns: The part that was read; `nil` if reading would block.
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
  /// The bytes are copied. The system writes the copy when the other end has space for it. Until
  /// then the next write would block. An empty write to a pipe of messages is a message. An empty
  /// write to a pipe of bytes does nothing.
  ///
  /// - Returns: The number of bytes that were accepted; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe` if the other end is closed; `.notConnected`
  ///   if there is no client, or if the client was disconnected; `.messageTooLong` for a message of
  ///   4 GiB or more; `.notRegistered` if the selector no longer exists; or another kind. The error
  ///   may be the failure of an earlier write.
  /// - SeeAlso: `WriteFile`.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    notifyOperationWillBegin(.writable)
    return try unsafe record.write(bytes)
  }

  /// Always throws, because pipes of Windows cannot end one direction.
  ///
  /// To end both directions, destroy the pipe, or ``disconnect()`` the client.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported`.
  public borrowing func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    try IOError.raise(.unsupported, .shutdown)
  }
}

extension NamedPipe {
  /// Reports the start of an operation to the registration.
  ///
  /// Operations of a pipe do not use `withIO`, because the record itself knows which operations
  /// would block.
  private borrowing func notifyOperationWillBegin(_ direction: Direction) {
    withRegistration { _, registration in registration.operationWillBegin(direction) }
  }
}

// MARK: - Clients

extension NamedPipe {
  /// Starts to wait for a client of a server's end.
  ///
  /// When a client connects, the pipe becomes writable. Call this method again then. A pipe that is
  /// not registered yet starts to wait when it is registered.
  ///
  /// - Returns: Whether a client is connected. The result is also `true` if the client has already
  ///   closed its end, which a read reports. It is always `true` for a client's end.
  /// - Throws: ``IOError`` that ended the wait, or `.notRegistered` if the selector no longer
  ///   exists. The method can be called again.
  /// - SeeAlso: mio 1.2.2 `NamedPipe::connect`; `ConnectNamedPipe`.
  @discardableResult
  public borrowing func connect() throws(IOError) -> Bool {
    notifyOperationWillBegin(.writable)
    return try record.connect()
  }

  /// Disconnects the client of a server's end; ``connect()`` waits for the next client.
  ///
  /// Bytes that either side has written and the other side has not read are lost. Without a client,
  /// the method ends the wait for one.
  ///
  /// - Throws: ``IOError``; for a client's end with the kind `.unsupported` or another.
  /// - SeeAlso: mio 1.2.2 `NamedPipe::disconnect`; `DisconnectNamedPipe`.
  public borrowing func disconnect() throws(IOError) {
    try record.disconnect()
  }
}
