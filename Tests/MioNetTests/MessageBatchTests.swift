import CMioErrors
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct MessageBatchTests {
  @Test
  func `a batch of messages is sent and received by one operation`() throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 8, messageCapacity: 16)
    for size in 0..<5 {
      #expect(try batch.append([UInt8](repeating: UInt8(size), count: size).span) == true)
    }
    #expect(try pair.first.send(&batch) == 5)
    #expect(batch.isEmpty == true)
    #expect(try pair.second.receive(into: &batch) == 5)
    for position in 0..<batch.count {
      let message = batch.message(at: position)
      #expect(message.count == position && !message.isTruncated)
      #expect(message.sender == (try pair.first.localAddress))
      #expect(bytes(batch, position) == [UInt8](repeating: UInt8(position), count: position))
    }
    #expect(try pair.second.receive(into: &batch) == nil)
    #expect(batch.count == 0)
  }

  @Test
  func `each message of a batch has its own address`() throws {
    let address = SocketAddress(v4: .loopback, port: 0)
    let hub = try UDPSocket(bindingTo: address)
    let first = try UDPSocket(bindingTo: address)
    let second = try UDPSocket(bindingTo: address)
    var batch = try MessageBatch<SocketAddress>(capacity: 2, messageCapacity: 4)
    #expect(try batch.append([1].span, to: try first.localAddress) == true)
    #expect(try batch.append([2].span, to: try second.localAddress) == true)
    #expect(try hub.send(&batch) == 2)
    #expect(try Received.next(from: first).bytes == [1])
    #expect(try Received.next(from: second).bytes == [2])
  }

  @Test
  func `a full batch accepts no message, and a message that never fits throws`() throws {
    var batch = try MessageBatch<SocketAddress>(capacity: 1, messageCapacity: 2)
    let long = expectError(.messageTooLong) { () throws(IOError) in
      try batch.append([1, 2, 3].span)
    }
    #expect(long == IOError(.messageTooLong, operation: .append))
    var ancillary = AncillaryData()
    #expect(try batch.append([1].span, ancillary: ancillary) == true)
    #expect(try batch.append([2].span) == false)
    #expect(batch.count == 1)
    batch.removeAll()
    try ancillary.append(typeOfService: 1)
    let beside = expectError(.outOfMemory) { () throws(IOError) in
      try batch.append([1].span, ancillary: ancillary)
    }
    #expect(beside == IOError(.outOfMemory, operation: .append))
    #expect(batch.isEmpty == true)
    #expect(try batch.append([1, 2].span) == true)
  }

  @Test(
    arguments: [
      (0, 1, 0), (-1, 1, 0), (1, -1, 0), (1, 1, -1), (Int.max, 1, 0), (1, Int.max, 0),
      (1, 1, Int.max), (Int.max, Int.max, Int.max), (1 << 20, 1 << 20, 0), (Int.min, 1, 1),
    ])
  func `capacities of a batch that are out of range are refused`(
    _ capacity: Int, _ bytes: Int, _ ancillary: Int
  ) {
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try MessageBatch<SocketAddress>(
        capacity: capacity, messageCapacity: bytes, ancillaryCapacity: ancillary)
    }
    #expect(error?.operation == .createBuffer)
  }

  @Test
  func `a batch with a message capacity of zero receives truncated messages`() throws {
    let pair = try UDPPair.make()
    let nothing: [UInt8] = []
    #expect(try pair.first.send([1, 2].span) == 2)
    #expect(try pair.first.send(nothing.span) == 0)
    var batch = try MessageBatch<SocketAddress>(capacity: 3, messageCapacity: 0)
    #expect(try pair.second.receive(into: &batch) == 2)
    #expect(batch.message(at: 0).count == 0 && batch.message(at: 0).isTruncated == true)
    #expect(batch.message(at: 1).count == 0 && batch.message(at: 1).isTruncated == false)
  }

  // The memory behind a message is not sent. It may contain bytes of an earlier message.
  @Test
  func `a received batch can be sent back to the senders`() throws {
    let address = SocketAddress(v4: .loopback, port: 0)
    let server = try UDPSocket(bindingTo: address)
    let first = try UDPSocket(bindingTo: address)
    let second = try UDPSocket(bindingTo: address)
    try server.set(.receivePacketInfoV4, to: true)
    var batch = try MessageBatch<SocketAddress>(
      capacity: 4, messageCapacity: 64, ancillaryCapacity: 64)
    #expect(try batch.append([UInt8](repeating: 9, count: 64).span) == true)
    batch.removeAll()
    let target = try server.localAddress
    #expect(try first.send([1, 2, 3].span, to: target) == 3)
    #expect(try second.send([4].span, to: target) == 1)
    #expect(try server.receive(into: &batch) == 2)
    #expect(batch.ancillaryValues(at: 0).packetInfo != nil)
    #expect(try server.send(&batch) == 2)
    #expect(try Received.next(from: first).bytes == [1, 2, 3])
    #expect(try Received.next(from: second).bytes == [4])
  }

  @Test(arguments: 0...17)
  func `the ancillary capacity of a batch is the requested one, rounded up for alignment`(
    _ size: Int
  ) throws {
    let batch = try MessageBatch<SocketAddress>(
      capacity: 2, messageCapacity: 3, ancillaryCapacity: size)
    #expect(batch.capacity == 2 && batch.messageCapacity == 3)
    #expect(batch.ancillaryCapacity >= size && batch.ancillaryCapacity < size + 8)
    #expect(batch.ancillaryCapacity.isMultiple(of: 8))
  }

  @Test
  func `the first message of a batch can be removed if it cannot be sent`() throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 2, messageCapacity: 70_000)
    #expect(try batch.append([UInt8](repeating: 0, count: 70_000).span) == true)
    #expect(try batch.append([7].span) == true)
    let error = expectError(.messageTooLong) { () throws(IOError) in
      try pair.first.send(&batch)
    }
    #expect(error == IOError(code: Int32(C_MIO_EMSGSIZE), operation: .send))
    batch.removeFirst()
    #expect(bytes(batch, 0) == [7])
    #expect(try pair.first.send(&batch) == 1)
    batch.removeFirst()  // there is none
    #expect(try pair.first.send(&batch) == 0)
    #expect(try Received.next(from: pair.second).bytes == [7])
  }

  @Test
  func `a batch is received up to its capacity, and truncated messages are marked`() throws {
    let pair = try UDPPair.make()
    for value in 0..<5 { #expect(try pair.first.send([UInt8(value), 9, 9].span) == 3) }
    var batch = try MessageBatch<SocketAddress>(capacity: 3, messageCapacity: 1)
    #expect(try pair.second.receive(into: &batch) == 3)
    #expect(batch.message(at: 0).isTruncated == true)
    #expect(bytes(batch, 2) == [2])
    #expect(try pair.second.receive(into: &batch) == 2)
  }

  @Test(.needs(.unixSockets))
  func `messages that were not sent stay in the batch, in order`() throws {
    let pair = try UnixDatagram.pair()
    var batch = try MessageBatch<UnixAddress>(capacity: 200, messageCapacity: 4096)
    let message = [UInt8](repeating: 1, count: 4096)
    while try batch.append(message.span) {}
    #expect(batch.count == 200)
    var sent = 0
    while let count = try pair.first.send(&batch) {
      #expect(count <= 64)
      sent += count
      if batch.isEmpty { break }
    }
    #expect(batch.count == 200 - sent)
    #expect(sent > 0 && sent < 200, "the queue took all of it")
    var received = try MessageBatch<UnixAddress>(capacity: 64, messageCapacity: 4096)
    while (try pair.second.receive(into: &received)) != nil {}
    #expect(try pair.first.send(&batch) != nil)
  }

  @Test
  func `an error of a send belongs to the first message that remains in the batch`() throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 2, messageCapacity: 70_000)
    #expect(try batch.append([1].span) == true)
    #expect(try batch.append([UInt8](repeating: 0, count: 70_000).span) == true)
    #expect(try pair.first.send(&batch) == 1)
    let error = expectError(.messageTooLong) { () throws(IOError) in
      try pair.first.send(&batch)
    }
    #expect(error?.operation == .send)
    #expect(batch.count == 1)
    batch.removeAll()
    #expect(try pair.first.send(&batch) == 0)
  }

  @Test
  func `sending a batch to a peer that refuses it throws before all messages are sent`() throws {
    let socket = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let closed = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    try socket.connect(to: closed.localAddress)
    try closed.close()
    var batch = try MessageBatch<SocketAddress>(capacity: 8, messageCapacity: 1)
    for _ in 0..<8 { #expect(try batch.append([1].span)) }
    expectError(.connectionRefused) { () throws(IOError) in
      while !batch.isEmpty { _ = try socket.send(&batch) }
    }
    let isLeft = !batch.isEmpty
    #expect(isLeft)
  }

  @Test(.needs(.congestionMarks))
  func `each message of a batch has its own ancillary data`() throws {
    let pair = try UDPPair.make()
    try pair.second.set(.receiveTypeOfService, to: true)
    var batch = try MessageBatch<SocketAddress>(
      capacity: 3, messageCapacity: 4, ancillaryCapacity: 64)
    for value in 0..<3 as Range<UInt8> {
      var ancillary = AncillaryData()
      try ancillary.append(typeOfService: value)
      #expect(try batch.append([value].span, ancillary: ancillary) == true)
    }
    #expect(try pair.first.send(&batch) == 3)
    #expect(try pair.second.receive(into: &batch) == 3)
    for position in 0..<3 {
      #expect(batch.ancillaryValues(at: position).typeOfService == UInt8(position))
      #expect(!batch.ancillaryValues(at: position).isTruncated)
    }
  }

  @Test(.needs(.unixSockets))
  func `descriptors that are received with a batch are closed`() throws {
    let pair = try UnixDatagram.pair()
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    let before = OpenDescriptors.list()
    var batch = try MessageBatch<UnixAddress>(
      capacity: 4, messageCapacity: 4, ancillaryCapacity: 64)
    #expect(try batch.append([1].span, ancillary: ancillary) == true)
    #expect(try pair.first.send(&batch) == 1)
    #expect(try pair.second.receive(into: &batch) == 1)
    #expect(OpenDescriptors.list() == before)
  }

  private func bytes(_ batch: borrowing MessageBatch<SocketAddress>, _ position: Int) -> [UInt8] {
    batch.withBytes(at: position) { span in span.indices.map { span[$0] } }
  }
}
