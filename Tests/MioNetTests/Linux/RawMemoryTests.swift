import MioCore
import MioNet
import TestHelpers
import Testing

/// Raw memory and unsafe buffers, which programs use that parse in place, in every transfer.
@Suite(.guardingDescriptors)
struct RawMemoryTests {
  @Test
  func `bytes of a stream are appended to raw memory until the memory is full`() throws {
    let pair = try UnixStream.pair()
    #expect(try pair.first.write([1, 2, 3].span) == 3)
    var counts: [Int?] = []
    let full = try withOutput(capacity: 3) { output throws(IOError) in
      output.append(9)
      for _ in 0..<2 { counts.append(try pair.second.read(into: &output)) }
    }
    #expect(full == [9, 1, 2])
    let rest = try withOutput(capacity: 3) { output throws(IOError) in
      for _ in 0..<2 { counts.append(try pair.second.read(into: &output)) }
    }
    #expect(rest == [3])
    #expect(counts == [2, 0, 1, nil])
  }

  @Test
  func `bytes of a stream are read into raw memory, and a peek leaves them in the stream`() throws {
    let pair = try UnixStream.pair()
    #expect(try pair.first.write([1, 2].span) == 2)
    var bytes: [UInt8] = [7, 7, 7]
    var span = bytes.mutableSpan
    var memory = unsafe span.mutableBytes
    #expect(try pair.second.peek(into: &memory) == 2)
    #expect(try pair.second.read(into: &memory) == 2)
    #expect(try pair.second.read(into: &memory) == nil)
    #expect(bytes == [1, 2, 7])
  }

  @Test
  func `two buffers of raw memory are transferred by one call`() throws {
    let pair = try UnixStream.pair()
    let question: [UInt8] = [1, 2, 3]
    let sent = try unsafe pair.first.write(
      question.span.extracting(..<1).bytes, question.span.extracting(1...).bytes)
    #expect(sent == 3)
    var head: [UInt8] = [0, 0]
    var body: [UInt8] = [0, 0]
    var headSpan = head.mutableSpan
    var bodySpan = body.mutableSpan
    var headMemory = unsafe headSpan.mutableBytes
    var bodyMemory = unsafe bodySpan.mutableBytes
    #expect(try pair.second.read(into: &headMemory, &bodyMemory) == 3)
    #expect(head + body == [1, 2, 3, 0])
  }

  @Test
  func `a message can be sent from raw memory and received into raw memory`() throws {
    let pair = try UDPPair.make()
    let free = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let unconnected = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let message: [UInt8] = [1, 2]
    #expect(try unsafe pair.first.send(message.span.bytes) == 2)
    #expect(try unsafe free.send(message.span.bytes, to: unconnected.localAddress) == 2)
    var bytes: [UInt8] = [7, 7, 7]
    var span = bytes.mutableSpan
    var memory = unsafe span.mutableBytes
    let first = try pair.second.receive(into: &memory)
    #expect(try first?.sender == pair.first.localAddress)
    #expect(first?.count == 2)
    #expect(try pair.second.receive(into: &memory) == nil)
    let second = try unconnected.receive(into: &memory)
    #expect(try second?.sender == free.localAddress)
    #expect(bytes == [1, 2, 7])
  }

  @Test
  func `a list of buffers is sent as one message with ancillary data`() throws {
    let address = SocketAddress(v4: .loopback, port: 0)
    let receiver = try UDPSocket(bindingTo: address)
    try receiver.set(.receiveTypeOfService, to: true)
    var marked = AncillaryData()
    try marked.append(typeOfService: 0b01)
    let connected = try UDPSocket(bindingTo: address)
    try connected.connect(to: try receiver.localAddress)
    let free = try UDPSocket(bindingTo: address)
    let parts: [[UInt8]] = [[1], [2, 3]]
    try unsafe parts[0].withUnsafeBytes { head in
      try unsafe parts[1].withUnsafeBytes { body in
        let list = unsafe [head, body]
        try unsafe list.withUnsafeBufferPointer { buffers in
          #expect(try unsafe connected.send(buffers, ancillary: marked) == 3)
          let target = try receiver.localAddress
          #expect(try unsafe free.send(buffers, to: target, ancillary: marked) == 3)
        }
      }
    }
    for _ in 0..<2 {
      var received = ReceivedAncillaryData()
      var bytes: [UInt8] = [0, 0, 0, 0]
      var room = bytes.mutableSpan
      #expect(try receiver.receive(into: &room, ancillary: &received)?.count == 3)
      #expect(bytes == [1, 2, 3, 0])
      #expect(received.values.typeOfService == 0b01)
    }
  }
}

/// Lends memory that is not initialized.
///
/// - Returns: The bytes that `body` has appended.
func withOutput(
  capacity: Int, _ body: (inout OutputRawSpan) throws(IOError) -> Void
) throws -> [UInt8] {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
  defer { unsafe memory.deallocate() }
  var output = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
  try body(&output)
  return unsafe [UInt8](memory[..<output.finalize(for: memory)])
}
