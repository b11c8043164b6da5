import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors, .timeLimit(.minutes(1)))
struct DescriptorPassingTests {
  @Test
  func `descriptors arrive in order, close-on-exec, and stand for the same`() throws {
    let pair = try UnixStream.pair()
    let one = try Pipe()
    let other = try Pipe()
    var ancillary = AncillaryData()
    try ancillary.append(one.sender.descriptor)
    try ancillary.append(other.sender.descriptor)
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)

    var received = ReceivedAncillaryData()
    #expect(try read(pair.second, &received) == 1)
    guard let first = received.takeDescriptor(), let second = received.takeDescriptor() else {
      Issue.record("descriptors are missing")
      return
    }
    #expect(takeOne(&received) == false)
    #expect(!received.values.isTruncated)
    #expect(OpenDescriptors.isCloseOnExec(first.descriptor.fileDescriptor))
    let firstSender = try PipeSender(adopting: first.take())
    let secondSender = try PipeSender(adopting: second.take())
    #expect(try firstSender.write([7].span) == 1)
    #expect(try secondSender.write([8].span) == 1)
    #expect(try byte(one.receiver) == 7)
    #expect(try byte(other.receiver) == 8)
  }

  @Test
  func `descriptors that nobody takes are closed`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    for _ in 0..<3 { try ancillary.append(pair.first.descriptor) }
    let before = OpenDescriptors.list()
    var received = ReceivedAncillaryData()
    for _ in 0..<3 {
      #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
      #expect(try read(pair.second, &received) == 1)
      #expect(OpenDescriptors.list().count == before.count + 3)
      #expect(takeOne(&received) == true)
      #expect(OpenDescriptors.list().count == before.count + 2)
    }
    received.removeAll()
    #expect(OpenDescriptors.list() == before)
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    do {
      var dropped = ReceivedAncillaryData()
      #expect(try read(pair.second, &dropped) == 1)
    }
    #expect(OpenDescriptors.list() == before)
  }

  @Test
  func `descriptors that have no room, or that nobody asked for, are closed`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    for _ in 0..<5 { try ancillary.append(pair.first.descriptor) }
    let before = OpenDescriptors.list()
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    do {
      // Room for two.
      var received = ReceivedAncillaryData(capacity: 24)
      #expect(try read(pair.second, &received) == 1)
      #expect(received.values.isTruncated == true)
      #expect(OpenDescriptors.list().count == before.count + 2)
      #expect(takeOne(&received) == true)
      #expect(takeOne(&received) == true)
      #expect(takeOne(&received) == false)
    }
    #expect(OpenDescriptors.list() == before)
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    #expect(try byte(pair.second) == 1)
    #expect(OpenDescriptors.list() == before)
  }

  @Test
  func `descriptors on their way are closed with the socket`() throws {
    let pipe = try Pipe()
    do {
      let pair = try UnixStream.pair()
      var ancillary = AncillaryData()
      try ancillary.append(pipe.sender.descriptor)
      #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    }
    try pipe.sender.close()
    #expect(try byte(pipe.receiver) == nil, "somebody can still write")
  }

  @Test
  func `a socket is made of what arrives, or closed with it`() throws {
    let pair = try UnixDatagram.pair()
    var ancillary = AncillaryData()
    let listener = try Loopback.listener()
    try ancillary.append(listener.descriptor)
    #expect(try pair.first.send([1].span, ancillary: ancillary) == 1)
    #expect(try pair.first.send([2].span, ancillary: ancillary) == 1)
    var received = ReceivedAncillaryData()
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    _ = try pair.second.receive(into: &room, ancillary: &received)
    guard let first = received.takeDescriptor() else {
      Issue.record("the descriptor is missing")
      return
    }
    let adopted = try TCPListener(adopting: first)
    #expect(try adopted.localAddress == (try listener.localAddress))
    _ = try pair.second.receive(into: &room, ancillary: &received)
    let before = OpenDescriptors.list().count
    expectError(.invalidArgument) { () throws(IOError) in
      guard let second = received.takeDescriptor() else { throw IOError(.other, operation: .adopt) }
      return try UDPSocket(adopting: second)
    }
    #expect(OpenDescriptors.list().count == before - 1)
  }

  @Test
  func `too many descriptors are refused, and so are closed ones`() throws {
    let pair = try UnixStream.pair()
    var many = AncillaryData(capacity: 2048)
    for _ in 0..<254 { try many.append(pair.first.descriptor) }
    expectError(.invalidArgument) { () throws(IOError) in
      try pair.first.write([1].span, ancillary: many)
    }
    var closed = AncillaryData()
    try closed.append(Descriptor(-1))
    expectError(.badDescriptor) { () throws(IOError) in
      try pair.first.write([1].span, ancillary: closed)
    }
    var small = AncillaryData(capacity: 20)
    expectError(.outOfMemory) { () throws(IOError) in try small.append(pair.first.descriptor) }
  }

  @Test
  func `an owned descriptor is duplicated, given away and closed`() throws {
    let pipe = try Pipe()
    let owned = OwnedDescriptor(owning: pipe.receiver.takeDescriptor())
    let copy = try owned.duplicate()
    #expect(copy.descriptor != owned.descriptor)
    #expect(OpenDescriptors.isCloseOnExec(copy.descriptor.fileDescriptor))
    try owned.close()
    let receiver = try PipeReceiver(adopting: copy.take())
    #expect(try pipe.sender.write([3].span) == 1)
    #expect(try byte(receiver) == 3)
  }

  private func read(
    _ stream: borrowing UnixStream, _ ancillary: inout ReceivedAncillaryData
  ) throws -> Int? {
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    return try stream.read(into: &room, ancillary: &ancillary)
  }

  /// Takes a descriptor and closes it.
  ///
  /// Returns whether there was one.
  private func takeOne(_ ancillary: inout ReceivedAncillaryData) -> Bool {
    ancillary.takeDescriptor() != nil
  }

  /// The next byte, `nil` at the end.
  private func byte<Reader: ByteReader & ~Copyable>(_ reader: borrowing Reader) throws -> UInt8? {
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    return try reader.read(into: &room) == 1 ? buffer[0] : nil
  }
}
