public import MioCore

/// One end of a connection that exists only in memory.
///
/// It behaves like a TCP stream: bounded room in both directions, half-close, a reset when it is closed
/// with bytes unread. A test can cut transfers short and make operations fail, to see what code does that
/// thinks it writes everything at once.
public struct MockStream: ~Copyable, Sendable {
  private let file: MockStreamFile
  private let registration = RegistrationState()

  private init(_ file: MockStreamFile) {
    self.file = file
  }

  /// Creates a connection.
  ///
  /// - Parameter capacity: How many bytes fit in each direction before writing would block.
  /// - Returns: Its two ends.
  public static func pair(capacity: Int = 64 * 1024) -> ConnectedPair<MockStream> {
    let (first, second) = mockMonitor.withLock {
      let first = MockStreamFile(capacity: capacity)
      let second = MockStreamFile(capacity: capacity)
      first.peer = second
      second.peer = first
      return (first, second)
    }
    return ConnectedPair(first: MockStream(first), second: MockStream(second))
  }

  deinit {
    registration.sourceWillClose()
    mockMonitor.withLock { file.close() }
  }

  /// How many bytes one operation transfers at most; all there are, if `nil`.
  ///
  /// With zero or less every transfer would block.
  public var transferLimit: Int? {
    get { mockMonitor.withLock { file.transferLimit } }
    nonmutating set { mockMonitor.withLock { file.transferLimit = newValue } }
  }

  /// Makes the next operation in a direction fail.
  public func failNext(_ direction: Direction, with kind: IOError.Kind, code: Int32 = 0) {
    mockMonitor.withLock {
      file.failures[direction] = IOError(
        kind, operation: direction == .readable ? .read : .write, code: code)
    }
  }

  /// Cuts the connection: the peer's next operation fails, and what was on its way is lost.
  public borrowing func reset() {
    mockMonitor.withLock { file.reset() }
  }
}

extension MockStream: DescriptorSource {
  /// Lends the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension MockStream: ByteStream {
  /// Reads into memory.
  ///
  /// - Returns: How many bytes came; 0 at the end; `nil` if reading would block.
  /// - Throws: ``IOError``: `.connectionReset`, and what the test wants.
  @unsafe
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try withIO(.readable) { _ throws(IOError) in
      try mockMonitor.withLock { () throws(IOError) in try unsafe file.read(into: buffer) }
    }
  }

  /// Writes from memory.
  ///
  /// - Returns: How many bytes were written; `nil` if writing would block.
  /// - Throws: ``IOError``: `.brokenPipe`, `.connectionReset`, and what the test wants.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try withIO(.writable) { _ throws(IOError) in
      try mockMonitor.withLock { () throws(IOError) in try unsafe file.write(bytes) }
    }
  }

  /// Ends one direction or both.
  public borrowing func shutdown(_ directions: ShutdownDirections) {
    mockMonitor.withLock { file.shutdown(directions) }
  }
}
