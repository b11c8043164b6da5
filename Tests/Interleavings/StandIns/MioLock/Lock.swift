import Loom

/// The replacement for the lock, which records where it is acquired.
package struct Lock: ~Copyable, @unchecked Sendable {
  let lock = LoomLock()

  package init() {}

  package borrowing func withLock<Result: ~Copyable, Failure: Error>(
    file: StaticString = #fileID, line: UInt32 = #line, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.acquire("lock", file: file, line: line)
    defer { lock.release() }
    return try body()
  }
}
