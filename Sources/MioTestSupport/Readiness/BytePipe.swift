/// Bytes in transit, with a limited capacity.
struct BytePipe {
  /// The maximum number of bytes.
  var capacity: Int

  private var bytes: [UInt8] = []
  private var start = 0

  /// Whether the writer has finished.
  ///
  /// The end of the stream follows the bytes.
  var isFinished = false

  init(capacity: Int) {
    self.capacity = capacity
  }

  var count: Int { bytes.count - start }

  var room: Int { max(0, capacity - count) }

  mutating func append(_ source: UnsafeRawBufferPointer) {
    unsafe bytes.append(contentsOf: source)
  }

  /// Copies bytes to `target` without removing them.
  func copy(into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(count, target.count)
    for index in 0..<count { unsafe target[index] = bytes[start + index] }
    return count
  }

  /// Moves bytes from the start of another pipe to the end of this one.
  mutating func take(_ count: Int, from other: inout BytePipe) {
    bytes.append(contentsOf: other.bytes[other.start..<other.start + count])
    other.discard(count)
  }

  mutating func removeAll() { discard(count) }

  mutating func discard(_ count: Int) {
    start += count
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      start = 0
    }
  }
}
