import MioCore
import MioNet
import TestHelpers
import Testing

/// Messages that are sent from several buffers, or received into several buffers.
@Suite(.guardingDescriptors)
struct VectoredMessageTests {
  @Test(.needs(.sendingElsewhere))
  func `two buffers are sent and received as one message`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([1, 2].span, [3].span) == 3)
    #expect(try pair.first.send([4].span, [5].span, to: try pair.second.localAddress) == 2)
    var head: [UInt8] = [0]
    var body: [UInt8] = [0, 0, 9]
    var headRoom = head.mutableSpan
    var bodyRoom = body.mutableSpan
    let message = try pair.second.receive(into: &headRoom, &bodyRoom)
    #expect(message?.count == 3 && message?.isTruncated == false)
    #expect(message?.sender == (try pair.first.localAddress))
    #expect(head == [1] && body == [2, 3, 9])
    #expect(try Received.next(from: pair.second).bytes == [4, 5])
  }

  @Test(.needs(.unixSockets), .needs(.packets))
  func `a message that does not fit in the buffers is truncated and marked`() throws {
    let pair = try UnixPacketSocket.pair()
    #expect(try pair.first.send([1, 2].span, [3, 4].span) == 4)
    var head: [UInt8] = [0]
    var body: [UInt8] = [0]
    var headRoom = head.mutableSpan
    var bodyRoom = body.mutableSpan
    let message = try pair.second.receive(into: &headRoom, &bodyRoom)
    #expect(message?.count == 2 && message?.isTruncated == true)
    let nothing = try pair.second.receive(into: &headRoom, &bodyRoom)
    #expect(nothing == nil)
    #expect(head == [1] && body == [2])
  }

  @Test(.needs(.sendingElsewhere), arguments: [0, 1, 64, 65])
  func `a list of buffers is sent as a whole or not at all`(_ count: Int) throws {
    let pair = try UDPPair.make()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 7)
    let pieces = unsafe (0..<count).map { unsafe UnsafeRawBufferPointer(rebasing: memory[$0...$0]) }
    let address = try pair.second.localAddress
    guard count <= 64 else {
      let error = expectError(.messageTooLong) { () throws(IOError) in
        try unsafe pieces.span.withUnsafeBufferPointer { pieces throws(IOError) in
          try unsafe pair.first.send(pieces)
        }
      }
      #expect(error?.operation == .send)
      return
    }
    for isAddressed in [false, true] {
      let sent = try unsafe pieces.span.withUnsafeBufferPointer { pieces throws(IOError) in
        isAddressed
          ? try unsafe pair.first.send(pieces, to: address) : try unsafe pair.first.send(pieces)
      }
      #expect(sent == count)
      #expect(try Received.next(from: pair.second).bytes == [UInt8](repeating: 7, count: count))
    }
  }

  @Test
  func `receiving into no buffers truncates the message to zero bytes`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([1].span) == 1)
    let message = try unsafe pair.second.receive(
      into: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>(start: nil, count: 0))
    #expect(message?.count == 0 && message?.isTruncated == true)
  }

  @Test(arguments: [64, 65, 200])
  func `empty buffers do not count towards the limit of buffers`(_ emptyCount: Int) throws {
    let pair = try UDPPair.make()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
    defer { unsafe memory.deallocate() }
    unsafe memory.copyBytes(from: [7, 8])
    let none = unsafe UnsafeRawBufferPointer(rebasing: memory[..<0])
    var pieces = unsafe [UnsafeRawBufferPointer](repeating: none, count: emptyCount)
    unsafe pieces.append(UnsafeRawBufferPointer(memory))
    let sent = try unsafe pieces.span.withUnsafeBufferPointer { pieces throws(IOError) in
      try unsafe pair.first.send(pieces)
    }
    #expect(sent == 2)

    unsafe memory.copyBytes(from: [0, 0])
    let rooms = unsafe pieces.map { unsafe UnsafeMutableRawBufferPointer(mutating: $0) }
    try pair.second.waitForMessage()
    let message = try unsafe rooms.span.withUnsafeBufferPointer { rooms throws(IOError) in
      try unsafe pair.second.receive(into: rooms)
    }
    #expect(message?.count == 2 && message?.isTruncated == false)
    #expect(unsafe Array(memory) == [7, 8])
  }

  @Test
  func `receiving into more buffers than the system accepts throws`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([UInt8](repeating: 7, count: 100).span) == 100)
    try pair.second.waitForMessage()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { unsafe memory.deallocate() }
    let rooms = unsafe (0..<100).map {
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[$0...$0])
    }
    let error = expectError(.messageTooLong) { () throws(IOError) in
      try unsafe rooms.span.withUnsafeBufferPointer { rooms throws(IOError) in
        try unsafe pair.second.receive(into: rooms)
      }
    }
    #expect(error?.operation == .receive)
    // The message is not lost.
    #expect(try Received.next(from: pair.second).bytes.count == 100)
  }
}

extension UDPSocket {
  /// Waits until there is a message.
  fileprivate borrowing func waitForMessage() throws {
    var bytes: [UInt8] = [0]
    var room = bytes.mutableSpan
    while try peek(into: &room) == nil {}
  }
}
