public import MioCore

/// One end of a connection that exists only in memory.
///
/// It behaves like a TCP stream: both directions have a limited capacity, each direction can be
/// shut down, and an end that is closed with unread bytes resets the connection. A test can limit
/// transfers and make operations fail, to test code that expects one call to write everything.
public struct MockStream: ~Copyable, Sendable {
  private let file: MockStreamFile
  private let registration = RegistrationState()

  private init(_ file: MockStreamFile) {
    self.file = file
  }

  /// Creates a connection.
  ///
  /// - Parameter capacity: The number of bytes that each direction holds before writing would
  ///   block.
  /// - Returns: The two ends of the connection.
  public static func pair(capacity: Int = 64 * 1024) -> ConnectedPair<MockStream> {
    let link = MockLink()
    let (first, second) = link.withLock {
      let first = MockStreamFile(link, capacity: capacity)
      let second = MockStreamFile(link, capacity: capacity)
      first.peer = second
      second.peer = first
      return (first, second)
    }
    return ConnectedPair(first: MockStream(first), second: MockStream(second))
  }

  deinit {
    registration.sourceWillClose()
    file.link.withLock { file.close() }
  }

  /// The maximum number of bytes that one operation transfers, or `nil` for no limit.
  ///
  /// With zero or less, every transfer would block.
  public var transferLimit: Int? {
    get { file.link.withLock { file.transferLimit } }
    nonmutating set { file.link.withLock { file.transferLimit = newValue } }
  }

  /// Makes the next operation in a direction fail.
  public func failNext(_ direction: Direction, with kind: IOError.Kind, code: Int32 = 0) {
    file.link.withLock {
      file.failures[direction] = IOError(
        kind, operation: direction == .readable ? .read : .write, code: code)
    }
  }

  /// Resets the connection.
  ///
  /// The peer's next operation fails, and data in transit is lost. At this end, reads return the end
  /// of the stream, and writes throw an error with the kind `.brokenPipe`.
  public borrowing func reset() {
    file.link.withLock { file.reset() }
  }
}

extension MockStream: DescriptorSource {
  /// Calls `body` with the descriptor and its registration state.
  public borrowing func withRegistration<Result: ~Copyable, Failure: Error>(
    _ body: (Descriptor, borrowing RegistrationState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(file.descriptor, registration)
  }
}

extension MockStream: ByteStream {
  /// Reads into memory.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream; `nil` if reading
  ///   would block.
  /// - Throws: ``IOError`` with the kind `.connectionReset`, or the error that the test requested.
  @unsafe
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int? {
    try withIO(.readable) { _ throws(IOError) in
      try file.link.withLock { () throws(IOError) in try unsafe file.read(into: buffer) }
    }
  }

  /// Writes from memory.
  ///
  /// - Returns: The number of bytes that were written; `nil` if writing would block.
  /// - Throws: ``IOError`` with the kind `.brokenPipe` or `.connectionReset`, or the error that the
  ///   test requested.
  @unsafe
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try withIO(.writable) { _ throws(IOError) in
      try file.link.withLock { () throws(IOError) in try unsafe file.write(bytes) }
    }
  }

  /// Shuts down one direction or both.
  public borrowing func shutdown(_ directions: ShutdownDirections) {
    file.link.withLock { file.shutdown(directions) }
  }
}
