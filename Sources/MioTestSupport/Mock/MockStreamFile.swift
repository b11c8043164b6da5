import MioCore

/// One end of a mock connection.
///
/// Used under the lock of the connection, which both ends share.
final class MockStreamFile: MockFile, @unchecked Sendable {
  // Safety of `@unchecked`: used under the lock of the connection.

  // The two ends hold each other until one of them is closed.
  var peer: MockStreamFile?

  /// The bytes that the peer wrote and this end has not read.
  private var incoming: BytePipe
  private var isReset = false
  private var hasReportedReset = false
  private var isReadShut = false
  private var isWriteShut = false

  var transferLimit: Int?
  var failures: [Direction: IOError] = [:]

  /// Whether there are unread bytes.
  ///
  /// The end of the stream does not count, because a program may leave it unread.
  override var hasInput: Bool { !isReset && incoming.count > 0 }

  init(_ link: MockLink, capacity: Int) {
    incoming = BytePipe(capacity: capacity)
    super.init(link)
  }

  override var readiness: Event.Readiness {
    if isReset {
      let all: Event.Readiness = [.readable, .writable, .hangUp, .readClosed]
      return hasReportedReset ? all : all.union(.error)
    }
    var readiness: Event.Readiness = []
    let isEnded = incoming.isFinished || isReadShut
    if incoming.count > 0 || isEnded { readiness.insert(.readable) }
    if isEnded { readiness.insert(.readClosed) }
    if isWriteShut || peer.map({ $0.incoming.room > 0 }) ?? true { readiness.insert(.writable) }
    if isEnded && isWriteShut { readiness.insert(.hangUp) }
    return readiness
  }

  override func close() {
    if incoming.count > 0 {
      reset()
    } else {
      // The peer can still write. Its write then fails, because this end no longer reads.
      let other = peer
      other?.incoming.isFinished = true
      other?.peer = nil
      peer = nil
      other?.readinessMayHaveChanged()
    }
    super.close()
  }
}

// MARK: - Operations

extension MockStreamFile {
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    if let failure = failures.removeValue(forKey: .readable) { throw failure }
    if isReset { return try endByReset(.read) }
    if unsafe buffer.isEmpty || isReadShut { return 0 }
    if incoming.count == 0 { return incoming.isFinished ? 0 : nil }
    let limit = min(buffer.count, max(0, transferLimit ?? .max))
    if limit == 0 { return nil }
    let count = unsafe incoming.copy(into: .init(rebasing: buffer[..<limit]))
    incoming.discard(count)
    bothMayHaveChanged()
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    if let failure = failures.removeValue(forKey: .writable) { throw failure }
    if isReset { return try endByReset(.write) }
    guard !isWriteShut, let peer else { throw IOError(.brokenPipe, operation: .write) }
    if unsafe bytes.isEmpty { return 0 }
    let count = min(bytes.count, peer.incoming.room, transferLimit ?? .max)
    if count <= 0 { return nil }
    if peer.isReadShut { return count }
    unsafe peer.incoming.append(.init(rebasing: bytes[..<count]))
    bothMayHaveChanged()
    return count
  }

  /// Ends an operation after a reset.
  ///
  /// The first operation reports the reset. Later reads return the end of the stream, and later
  /// writes fail.
  private func endByReset(_ operation: IOError.Operation) throws(IOError) -> Int {
    if !hasReportedReset {
      hasReportedReset = true
      readinessMayHaveChanged()
      throw IOError(.connectionReset, operation: operation)
    }
    if operation == .write { throw IOError(.brokenPipe, operation: .write) }
    return 0
  }

  func shutdown(_ directions: ShutdownDirections) {
    if directions != .write { isReadShut = true }
    if directions != .read {
      isWriteShut = true
      peer?.incoming.isFinished = true
    }
    bothMayHaveChanged()
  }

  /// Resets the connection.
  ///
  /// Only the peer receives an error, because this end has caused the reset.
  func reset() {
    guard !isReset else { return }
    let other = peer
    other?.isReset = true
    other?.peer = nil
    peer = nil
    isReset = true
    hasReportedReset = true
    other?.readinessMayHaveChanged()
    readinessMayHaveChanged()
  }

  private func bothMayHaveChanged() {
    readinessMayHaveChanged()
    peer?.readinessMayHaveChanged()
  }
}
