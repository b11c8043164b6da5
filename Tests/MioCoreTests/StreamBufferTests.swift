import MioCore
import MioTestSupport
import Testing

@Suite
struct StreamBufferTests {
  private func bytes(of buffer: borrowing StreamBuffer) -> [UInt8] {
    buffer.withBytes { span in span.indices.map { span[$0] } }
  }

  @Test
  func `bytes are removed in the order in which they were appended, even if the buffer grows`() {
    var generator = SeededGenerator(seed: 1)
    var buffer = StreamBuffer(minimumCapacity: 16)
    var expected: [UInt8] = []
    var next: UInt8 = 0
    for _ in 0..<20_000 {
      if Bool.random(using: &generator) {
        let added = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
          next &+= 1
          return next
        }
        buffer.append(added)
        expected += added
      } else {
        let count = Int.random(in: -1...45, using: &generator)
        buffer.removeFirst(count)
        expected.removeFirst(min(max(0, count), expected.count))
      }
      #expect(buffer.count == expected.count)
      #expect(buffer.isEmpty == expected.isEmpty)
      #expect(bytes(of: buffer) == expected)
    }
  }

  @Test
  func `a buffer that is emptied as fast as it is filled does not grow`() {
    var buffer = StreamBuffer(minimumCapacity: 1024)
    for _ in 0..<1000 {
      buffer.append([UInt8](repeating: 1, count: 300))
      buffer.removeFirst(300)
    }
    #expect(buffer.capacity == 1024)
    buffer.append("text")
    buffer.append([UInt8(33)] as [UInt8])
    #expect(bytes(of: buffer) == Array("text!".utf8))
    buffer.removeAll()
    #expect(buffer.isEmpty)
    #expect(buffer.capacity == 1024)
  }

  @Test
  func `a buffer does not grow while the bytes fit`() throws {
    var buffer = StreamBuffer(minimumCapacity: 8192)
    buffer.append([UInt8](repeating: 1, count: 8100))
    buffer.removeFirst(8000)
    buffer.append([UInt8](repeating: 2, count: 4200))
    #expect(buffer.capacity == 8192)
    #expect(
      bytes(of: buffer) == [UInt8](repeating: 1, count: 100) + [UInt8](repeating: 2, count: 4200))
    buffer.removeAll()
    buffer.append([UInt8](repeating: 1, count: 40))
    buffer.removeFirst(27)
    let pair = MockStream.pair()
    _ = try pair.first.write([1, 2, 3])
    #expect(try buffer.fill(from: pair.second, upTo: 8192) == 3)
    #expect(buffer.capacity == 8192)
  }

  @Test
  func `bytes that fit exactly do not make a buffer grow`() {
    var buffer = StreamBuffer(minimumCapacity: 16)
    let eight = [UInt8](repeating: 1, count: 8)
    for _ in 0..<2 { buffer.append(eight) }
    #expect(buffer.capacity == 16)
    buffer.removeFirst(8)
    buffer.append(eight)
    #expect(buffer.capacity == 16)
    #expect(bytes(of: buffer) == eight + eight)
  }

  @Test
  func `a buffer doubles its capacity when it grows, so appending is cheap and wastes little`() {
    var buffer = StreamBuffer()
    #expect(buffer.capacity == 0)
    var growths = 0
    for count in 1...100_000 {
      let capacity = buffer.capacity
      buffer.append([1])
      if buffer.capacity != capacity { growths += 1 }
      #expect(buffer.capacity < 2 * count + 512)
    }
    #expect(growths <= 10)
  }

  @Test
  func `a buffer with a negative minimum capacity allocates no memory`() {
    #expect(StreamBuffer(minimumCapacity: -5).capacity == 0)
  }

  @Test
  func `an empty buffer can fill its whole capacity with one read`() throws {
    let pair = MockStream.pair()
    _ = try pair.first.write([UInt8](repeating: 7, count: 10_000))
    var buffer = StreamBuffer(minimumCapacity: 10_000)
    buffer.append([UInt8](repeating: 1, count: 9_000))
    buffer.removeFirst(9_000)
    #expect(try buffer.fill(from: pair.second, upTo: .max) == 10_000)
  }

  @Test
  func `filling a buffer that has reached its limit reads nothing and returns 0`() throws {
    let pair = MockStream.pair()
    var buffer = StreamBuffer()
    buffer.append([1, 2, 3])
    for limit in [-1, 0, 2, 3] { #expect(try buffer.fill(from: pair.second, upTo: limit) == 0) }
    #expect(try buffer.fill(from: pair.second, upTo: 4) == nil)
    #expect(bytes(of: buffer) == [1, 2, 3])
  }

  @Test
  func `a buffer fills from a stream up to the limit`() throws {
    let pair = MockStream.pair()
    let sent = [UInt8](repeating: 7, count: 5000)
    #expect(try pair.first.write(sent) == 5000)
    var buffer = StreamBuffer()
    #expect(try buffer.fill(from: pair.second, upTo: 4500) == 4096)
    #expect(try buffer.fill(from: pair.second, upTo: 4500) == 404)
    #expect(try buffer.fill(from: pair.second, upTo: 4500) == 0)
    buffer.removeFirst(4000)
    #expect(try buffer.fill(from: pair.second, upTo: .max) == 500)
    #expect(try buffer.fill(from: pair.second, upTo: .max) == nil)
    pair.first.shutdown(.write)
    #expect(try buffer.fill(from: pair.second, upTo: .max) == 0)
    #expect(buffer.count == 1000)
    #expect(bytes(of: buffer) == [UInt8](repeating: 7, count: 1000))
  }

  @Test
  func `flushing writes until no bytes are pending or writing would block`() throws {
    let pair = MockStream.pair()
    let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    var buffer = StreamBuffer()
    buffer.append(sent)
    var received: [UInt8] = []
    var rounds = 0
    while try !buffer.flush(to: pair.first) {
      rounds += 1
      while try pair.second.read(appendingTo: &received, upTo: 4096) != nil {}
    }
    while try pair.second.read(appendingTo: &received, upTo: 4096) != nil {}
    #expect(rounds > 1)
    #expect(received == sent)
    #expect(try buffer.flush(to: pair.first))
  }

  @Test
  func `if writing fails, a buffer keeps the bytes that were not written`() throws {
    let pair = MockStream.pair(capacity: 10)
    var buffer = StreamBuffer()
    buffer.append([UInt8](repeating: 1, count: 25))
    #expect(try buffer.flush(to: pair.first) == false)
    pair.first.failNext(.writable, with: .connectionReset)
    let error = #expect(throws: IOError.self) { try buffer.flush(to: pair.first) }
    #expect(error?.kind == .connectionReset)
    #expect(buffer.count == 15)
  }
}

@Suite
struct ByteArrayTests {
  @Test
  func `an array and a slice of an array are written like a span`() throws {
    let pair = MockStream.pair()
    let bytes: [UInt8] = [1, 2, 3, 4]
    #expect(try pair.first.write(bytes) == 4)
    #expect(try pair.first.write(bytes[2...]) == 2)
    #expect(try pair.first.write([UInt8]()) == 0)
    var received: [UInt8] = [9]
    #expect(try pair.second.read(appendingTo: &received, upTo: 100) == 6)
    #expect(received == [9, 1, 2, 3, 4, 3, 4])
  }

  @Test
  func `a large limit does not make a buffer allocate more than the received bytes need`() throws {
    let pair = MockStream.pair()
    _ = try pair.first.write([5, 6])
    var received: [UInt8] = []
    #expect(try pair.second.read(appendingTo: &received, upTo: .max) == 2)
    #expect(received == [5, 6])
    #expect(received.capacity < 1 << 20)
  }

  @Test
  func `a read into a large reused array uses only a part of its capacity`() throws {
    let pair = MockStream.pair(capacity: 1 << 20)
    #expect(try pair.first.write([UInt8](repeating: 7, count: 100_000)) == 100_000)
    var received: [UInt8] = []
    received.reserveCapacity(1 << 20)
    #expect(try pair.second.read(appendingTo: &received, upTo: .max) == 64 * 1024)
    #expect(try pair.second.read(appendingTo: &received, upTo: .max) == 100_000 - 64 * 1024)
    #expect(received == [UInt8](repeating: 7, count: 100_000))
  }

  @Test
  func `a read that appends leaves the array unchanged if no bytes arrive`() throws {
    let pair = MockStream.pair()
    var received: [UInt8] = [9]
    #expect(try pair.second.read(appendingTo: &received, upTo: 100) == nil)
    #expect(received == [9])
    #expect(try pair.first.write([5, 6]) == 2)
    #expect(try pair.second.read(appendingTo: &received, upTo: 0) == 0)
    #expect(try pair.second.read(appendingTo: &received, upTo: -1) == 0)
    #expect(received == [9])
    #expect(try pair.second.read(appendingTo: &received, upTo: 1) == 1)
    #expect(received == [9, 5])
    pair.first.shutdown(.write)
    #expect(try pair.second.read(appendingTo: &received, upTo: 100) == 1)
    #expect(try pair.second.read(appendingTo: &received, upTo: 100) == 0)
    #expect(received == [9, 5, 6])
  }
}
