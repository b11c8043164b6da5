import MioCore

extension ByteStream where Self: ~Copyable {
  /// Writes a few bytes that certainly fit.
  func send(_ text: String) throws {
    let count = try write(text)
    try require(count == text.utf8.count, "a stream did not take \(text.utf8.count) bytes")
  }

  /// Reads until it would block, or the end.
  ///
  /// - Returns: How many bytes came.
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

  /// Writes until it would block.
  ///
  /// - Returns: How many bytes went.
  @discardableResult
  func fillWriting() throws -> Int {
    let buffer = ContiguousArray<UInt8>(repeating: 7, count: 64 * 1024)
    var total = 0
    while let count = try write(buffer.span) { total += count }
    return total
  }
}

extension ByteStream where Self: ~Copyable {
  /// Whether the peer is gone, as far as reading tells; what came before is lost.
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

/// Ends a value's life here.
func drop<Value: ~Copyable>(_ value: consuming Value) {}
