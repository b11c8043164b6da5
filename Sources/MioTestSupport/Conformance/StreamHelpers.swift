import MioCore

extension ByteStream where Self: ~Copyable {
  /// Writes a few bytes that certainly fit into the stream's buffer.
  func send(_ text: String) throws {
    let count = try write(text)
    try require(count == text.utf8.count, "a stream did not take \(text.utf8.count) bytes")
  }

  /// Reads until the stream would block or ends.
  ///
  /// - Returns: The number of bytes that were read.
  @discardableResult
  func drainReading() throws -> Int {
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4096)
    var total = 0
    while true {
      var room = buffer.mutableSpan
      guard let count = try read(into: &room), count > 0 else { return total }
      total += count
    }
  }

  /// Writes until the stream would block.
  ///
  /// - Returns: The number of bytes that were written.
  @discardableResult
  func fillWriting() throws -> Int {
    let buffer = ContiguousArray<UInt8>(repeating: 7, count: 64 * 1024)
    var total = 0
    while let count = try write(buffer.span) { total += count }
    return total
  }
}

extension ByteStream where Self: ~Copyable {
  /// Whether a read finds the end of the stream or an error.
  ///
  /// It discards the data that it reads.
  var isAtItsEnd: Bool {
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 4096)
    while true {
      var room = buffer.mutableSpan
      do throws(IOError) {
        guard let count = try read(into: &room) else { return false }
        if count == 0 { return true }
      } catch {
        return true
      }
    }
  }
}

/// Ends the lifetime of a value.
func drop<Value: ~Copyable>(_ value: consuming Value) {}
