import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct DescriptorPassingTests {
  @Test
  func `received descriptors are in order, are close-on-exec, and refer to the sent files`() throws
  {
    let pair = try UnixStream.pair()
    let one = try AnonymousPipe()
    let other = try AnonymousPipe()
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
    let firstSender = try PipeSender(adopting: first)
    let secondSender = try PipeSender(adopting: second)
    #expect(try firstSender.write([7].span) == 1)
    #expect(try secondSender.write([8].span) == 1)
    #expect(try byte(one.receiver) == 7)
    #expect(try byte(other.receiver) == 8)
  }

  @Test
  func `received descriptors that are not taken are closed`() throws {
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
  func `received descriptors that do not fit, or that are not requested, are closed`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    for _ in 0..<5 { try ancillary.append(pair.first.descriptor) }
    let before = OpenDescriptors.list()
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    do {
      // 24 bytes have space for two descriptors.
      var received = try ReceivedAncillaryData(capacity: 24)
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
  func `descriptors in transit are closed with the socket`() throws {
    let pipe = try AnonymousPipe()
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
  func `a received descriptor can be adopted, or is closed if it cannot`() throws {
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
  func `sending too many descriptors or a closed descriptor throws`() throws {
    let pair = try UnixStream.pair()
    var many = try AncillaryData(capacity: 2048)
    for _ in 0..<254 { try many.append(pair.first.descriptor) }
    expectError(.invalidArgument) { () throws(IOError) in
      try pair.first.write([1].span, ancillary: many)
    }
    var closed = AncillaryData()
    do {
      let pipe = try AnonymousPipe()
      try closed.append(pipe.sender.descriptor)
    }
    let error = expectError(.badDescriptor) { () throws(IOError) in
      try pair.first.write([1].span, ancillary: closed)
    }
    #expect(error?.operation == .write)
    var small = try AncillaryData(capacity: 20)
    expectError(.outOfMemory) { () throws(IOError) in try small.append(pair.first.descriptor) }
    #expect(small.isEmpty == true)
  }

  // The lowest 32 bits of 1 << 32 are 0. This is the descriptor of the standard input.
  @Test(arguments: [-1, 1 << 32, Int.max, Int.min])
  func `a number that no descriptor can have is refused, and not truncated`(_ number: Int) {
    let descriptor = Descriptor(rawValue: number)
    let error = expectError(.badDescriptor) { () throws(IOError) in
      var ancillary = AncillaryData()
      try ancillary.append(descriptor)
    }
    #expect(error?.operation == .append)
    let before = OpenDescriptors.list()
    expectError(.badDescriptor) { () throws(IOError) in try TCPStream(adopting: descriptor) }
    expectError(.badDescriptor) { () throws(IOError) in try PipeReceiver(adopting: descriptor) }
    expectError(.badDescriptor) { () throws(IOError) in
      try OwnedDescriptor(owning: descriptor).duplicate()
    }
    expectError(.badDescriptor) { () throws(IOError) in
      try OwnedDescriptor(owning: descriptor).close()
    }
    #expect(OpenDescriptors.list() == before)
  }

  // Linux would return 0, and would send neither bytes nor descriptors.
  @Test
  func `a stream refuses to send descriptors without a byte`() throws {
    let pair = try UnixStream.pair()
    let nothing: [UInt8] = []
    var ancillary = AncillaryData()
    #expect(try pair.first.write(nothing.span, ancillary: ancillary) == 0)
    #expect(try pair.first.write(nothing.span, nothing.span, ancillary: ancillary) == 0)
    try ancillary.append(pair.first.descriptor)
    expectError(.invalidArgument) { () throws(IOError) in
      try pair.first.write(nothing.span, nothing.span, ancillary: ancillary)
    }
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try pair.first.write(nothing.span, ancillary: ancillary)
    }
    #expect(error?.operation == .write)
    // A message, in contrast, may have no bytes.
    let packets = try UnixPacketSocket.pair()
    #expect(try packets.first.send(nothing.span, ancillary: ancillary) == 0)
    var received = ReceivedAncillaryData()
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    #expect(try packets.second.receive(into: &room, ancillary: &received)?.count == 0)
    #expect(takeOne(&received) == true)
  }

  @Test(arguments: [-1, Int.min, Int.max, 1 << 31])
  func `an ancillary capacity that is out of range is refused`(_ capacity: Int) {
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try AncillaryData(capacity: capacity)
    }
    #expect(error?.operation == .createBuffer)
    expectError(.invalidArgument) { () throws(IOError) in
      try ReceivedAncillaryData(capacity: capacity)
    }
  }

  @Test
  func `without capacity no descriptor is received, and the truncation is reported`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    let before = OpenDescriptors.list()
    var received = try ReceivedAncillaryData(capacity: 0)
    #expect(try read(pair.second, &received) == 1)
    #expect(received.values.isTruncated == true && takeOne(&received) == false)
    #expect(OpenDescriptors.list() == before)
    var none = try AncillaryData(capacity: 0)
    expectError(.outOfMemory) { () throws(IOError) in try none.append(pair.first.descriptor) }
  }

  // The kernel drops a descriptor if the process has no free number for it.
  @Test
  func `descriptors for which the process has no number left are reported as truncated`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    for _ in 0..<3 { try ancillary.append(pair.first.descriptor) }
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    let before = OpenDescriptors.list()
    var received = ReceivedAncillaryData()
    #expect(try withDescriptorsLeft(2) { try read(pair.second, &received) } == 1)
    #expect(received.values.isTruncated == true)
    #expect(OpenDescriptors.list().count == before.count + 2)
    received.removeAll()
    #expect(OpenDescriptors.list() == before)
  }

  // Linux 6.5: SO_PASSPIDFD, SCM_PIDFD.
  @Test
  func `a received descriptor of the sender's process is owned`() throws {
    let pair = try UnixDatagram.pair()
    do throws(IOError) {
      try pair.second.set(SocketOption<Bool>(level: SOL_SOCKET, name: 76), to: true)
    } catch {
      #expect(error.kind == .unsupported)
      return
    }
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    for _ in 0..<2 { #expect(try pair.first.send([1].span, ancillary: ancillary) == 1) }
    let before = OpenDescriptors.list()
    var byte: [UInt8] = [0]
    do {
      var received = ReceivedAncillaryData()
      var room = byte.mutableSpan
      #expect(try pair.second.receive(into: &room, ancillary: &received)?.count == 1)
      #expect(OpenDescriptors.list().count == before.count + 2)
      #expect(takeOne(&received) == true && takeOne(&received) == true)
    }
    var batch = try MessageBatch<UnixAddress>(
      capacity: 1, messageCapacity: 1, ancillaryCapacity: 128)
    #expect(try pair.second.receive(into: &batch) == 1)
    #expect(OpenDescriptors.list() == before)
  }

  // Since Linux 6.5: if no number is free, the item contains an error code instead of the
  // descriptor of the process.
  @Test
  func `a descriptor that the kernel could not create is omitted and reported as truncated`() throws
  {
    let pair = try UnixDatagram.pair()
    do throws(IOError) {
      try pair.second.set(SocketOption<Bool>(level: SOL_SOCKET, name: 76), to: true)
    } catch {
      #expect(error.kind == .unsupported)
      return
    }
    #expect(try pair.first.send([1].span) == 1)
    var received = ReceivedAncillaryData()
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    let count = try withDescriptorsLeft(0) {
      try pair.second.receive(into: &room, ancillary: &received)?.count
    }
    #expect(count == 1)
    #expect(received.values.isTruncated == true)
    let hasDescriptor = received.takeDescriptor() != nil
    #expect(!hasDescriptor)
  }

  @Test
  func `a read of zero bytes leaves descriptors in the stream`() throws {
    let pair = try UnixStream.pair()
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    #expect(try pair.first.write([1].span, ancillary: ancillary) == 1)
    var received = ReceivedAncillaryData()
    var nothing: [UInt8] = []
    var noRoom = nothing.mutableSpan
    #expect(try pair.second.read(into: &noRoom) == 0)
    #expect(try pair.second.read(into: &noRoom, ancillary: &received) == 0)
    var otherNothing: [UInt8] = []
    var otherRoom = otherNothing.mutableSpan
    #expect(try pair.second.read(into: &noRoom, &otherRoom) == 0)
    var full = OutputSpan<UInt8>()
    #expect(try pair.second.read(into: &full) == 0)
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    #expect(try pair.second.read(into: &room, ancillary: &received) == 1)
    let hasDescriptor = received.takeDescriptor() != nil
    #expect(hasDescriptor)
  }

  @Test
  func `descriptors are closed if their message is received without ancillary data`() throws {
    let pair = try UnixDatagram.pair()
    var ancillary = AncillaryData()
    try ancillary.append(pair.first.descriptor)
    let before = OpenDescriptors.list()
    for _ in 0..<4 { #expect(try pair.first.send([1].span, ancillary: ancillary) == 1) }
    var one: [UInt8] = [0]
    var other: [UInt8] = [0]
    var room = one.mutableSpan
    var more = other.mutableSpan
    #expect(try pair.second.peek(into: &room)?.count == 1)
    #expect(try pair.second.receive(into: &room)?.count == 1)
    #expect(try pair.second.receive(into: &room, &more)?.count == 1)
    for ancillaryCapacity in [0, 8] {
      var batch = try MessageBatch<UnixAddress>(
        capacity: 1, messageCapacity: 1, ancillaryCapacity: ancillaryCapacity)
      #expect(try pair.second.receive(into: &batch) == 1)
      #expect(batch.ancillaryValues(at: 0).isTruncated == true)
    }
    #expect(OpenDescriptors.list() == before)
  }

  @Test
  func `an owned descriptor can be duplicated, given up and closed`() throws {
    let pipe = try AnonymousPipe()
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

  /// Returns the next byte, or `nil` at the end of the stream.
  private func byte<Reader: ByteReader & ~Copyable>(_ reader: borrowing Reader) throws -> UInt8? {
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    return try reader.read(into: &room) == 1 ? buffer[0] : nil
  }

  @Test
  func `descriptor 0 can be sent, and a number that no descriptor can have is refused`() throws {
    var ancillary = AncillaryData()
    try ancillary.append(Descriptor(0))
    let isEmpty = ancillary.isEmpty
    #expect(!isEmpty)
    for word in [-1, 1 << 31, Int.min] {
      expectError(.badDescriptor) { () throws(IOError) in
        try ancillary.append(Descriptor(rawValue: word))
      }
    }
  }
}
