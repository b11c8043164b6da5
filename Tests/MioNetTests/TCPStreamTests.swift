import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct TCPStreamTests {
  private func read(_ stream: borrowing TCPStream, _ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var buffer = [UInt8](repeating: 0, count: count - bytes.count)
      var room = buffer.mutableSpan
      guard let read = try stream.read(into: &room) else { continue }
      if read == 0 { return bytes }
      bytes += buffer[..<read]
    }
    return bytes
  }

  @Test
  func `bytes arrive in order, and an operation that would block returns nil`() throws {
    let pair = try Loopback.pair()
    var buffer = [UInt8](repeating: 0, count: 16)
    var room = buffer.mutableSpan
    #expect(try pair.first.read(into: &room) == nil)
    #expect(try pair.second.write([1, 2, 3].span) == 3)
    #expect(try pair.second.write([4, 5].span) == 2)
    #expect(try read(pair.first, 5) == [1, 2, 3, 4, 5])
  }

  @Test
  func `all forms of reading and writing have the same result`() throws {
    let pair = try Loopback.pair()
    let bytes: [UInt8] = [1, 2, 3, 4]
    #expect(try pair.second.write(bytes.span) == 4)
    #expect(try unsafe pair.second.write(bytes.span.bytes) == 4)
    #expect(try unsafe bytes.withUnsafeBytes { try unsafe pair.second.write($0) } == 4)

    #expect(try read(pair.first, 4) == bytes)
    var array = [UInt8](repeating: 0, count: 4)
    #expect(try unsafe array.withUnsafeMutableBytes { try unsafe pair.first.read(into: $0) } == 4)
    #expect(array == bytes)
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 8)
    defer { unsafe memory.deallocate() }
    var output = unsafe OutputSpan<UInt8>(buffer: memory, initializedCount: 0)
    output.append(9)
    let count = try pair.first.read(into: &output)
    #expect(count == 4)
    // Nothing was received, so the existing bytes stay.
    #expect(try pair.first.read(into: &output) == nil)
    #expect(unsafe output.finalize(for: memory) == 5)
    #expect(unsafe Array(memory[..<5]) == [9] + bytes)
  }

  @Test
  func `reading and writing with an empty buffer transfers nothing`() throws {
    let pair = try Loopback.pair()
    #expect(try pair.second.write([1].span) == 1)
    var none: [UInt8] = []
    var room = none.mutableSpan
    #expect(try pair.first.read(into: &room) == 0)
    #expect(try pair.first.write([UInt8]().span) == 0)
    #expect(try read(pair.first, 1) == [1])
  }

  @Test
  func `several buffers are read and written one after the other`() throws {
    let pair = try Loopback.pair()
    #expect(try pair.second.write([1, 2].span, [3, 4, 5].span) == 5)
    var head = [UInt8](repeating: 0, count: 3)
    var body = [UInt8](repeating: 0, count: 8)
    do {
      var headSpan = head.mutableSpan
      var bodySpan = body.mutableSpan
      #expect(try pair.first.read(into: &headSpan, &bodySpan) == 5)
    }
    #expect(head == [1, 2, 3] && body.prefix(3) == [4, 5, 0])
  }

  @Test
  func `one call uses the first buffers of a long list`() throws {
    let pair = try Loopback.pair()
    let bytes = (0..<200).map { UInt8($0) }
    let count = try unsafe bytes.withUnsafeBytes { all in
      let pieces = unsafe (0..<100).map { index in
        unsafe UnsafeRawBufferPointer(rebasing: all[index * 2..<index * 2 + 2])
      }
      return try unsafe pieces.withUnsafeBufferPointer { try unsafe pair.second.write($0) }
    }
    #expect(count == 128)
    #expect(try read(pair.first, 128) == Array(bytes[..<128]))
  }

  @Test
  func `a peek leaves the bytes in the stream, and does not use up the edge`() throws {
    var poll = try Poll<SystemSelector>()
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: .readable)
    var buffer: [UInt8] = [0, 0, 0]
    do {
      var room = buffer.mutableSpan
      #expect(try pair.first.peek(into: &room) == nil)
    }
    _ = try pair.second.write([7, 8].span)
    _ = try poll.next { $0.isReadable }
    for _ in 0..<2 {
      var room = buffer.mutableSpan
      #expect(try pair.first.peek(into: &room) == 2)
    }
    #expect(buffer == [7, 8, 0])
    #expect(try read(pair.first, 2) == [7, 8])
  }

  @Test
  func `a half-closed stream still works in the other direction`() throws {
    let pair = try Loopback.pair()
    try pair.first.shutdown(.write)
    #expect(try read(pair.second, 1).isEmpty)
    #expect(try pair.second.write([1].span) == 1)
    #expect(try read(pair.first, 1) == [1])
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.write([1].span) }
  }

  @Test(.needs(.resetErrors))
  func `a read throws the reset once, and then returns the end of file`() throws {
    let pair = try Loopback.pair()
    let first = pair.first
    let second = pair.second
    try second.set(.linger, to: .zero)
    try second.close()
    expectError(.connectionReset) { () throws(IOError) in
      var byte: [UInt8] = [0]
      var room = byte.mutableSpan
      while try first.read(into: &room) == nil {}
    }
    #expect(try read(first, 1).isEmpty)
  }

  @Test(.needs(.unconnectedErrors))
  func `a stream that is not connected cannot be used`() throws {
    let stream = try TCPStream(
      adopting: try TCPSocket(.v4).takeDescriptor())
    expectError(.notConnected) { () throws(IOError) in try stream.peerAddress }
    expectError(.brokenPipe) { () throws(IOError) in try stream.write([1].span) }
    expectError(.notConnected) { () throws(IOError) in
      var byte: [UInt8] = [0]
      var room = byte.mutableSpan
      _ = try stream.read(into: &room)
    }
    expectError(.notConnected) { () throws(IOError) in try stream.shutdown(.both) }
  }

  @Test
  func `a full stream would block, and is reported when the peer has read`() throws {
    var poll = try Poll<SystemSelector>()
    let pair = try Loopback.pair()
    try poll.registry.register(pair.first, token: 1, interest: .writable)
    let chunk = [UInt8](repeating: 3, count: 100_000)
    var written = 0
    while let count = try pair.first.write(chunk.span) { written += count }
    #expect(written > 0)
    _ = try poll.events()
    let arrived = try read(pair.second, written)
    #expect(arrived.count == written && arrived.allSatisfy { $0 == 3 })
    #expect(try poll.next { $0.isWritable }.token == 1)
  }

  @Test
  func `closing a stream frees its descriptor, and the peer reads the end of file`() throws {
    let pair = try Loopback.pair()
    let number = pair.first.descriptor.fileDescriptor
    let first = pair.first
    try first.close()
    #expect(OpenDescriptors.list()[number] == nil)
    #expect(try read(pair.second, 1).isEmpty)
  }

  @Test
  func `a descriptor that was given up stays open`() throws {
    let pair = try Loopback.pair()
    let taken = pair.first.takeDescriptor()
    let stream = try TCPStream(adopting: taken)
    #expect(try stream.write([5].span) == 1)
    #expect(try read(pair.second, 1) == [5])
  }
}
