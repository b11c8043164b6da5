import MioCore
import MioNet
import TestHelpers
import Testing

/// Ancillary data with several buffers, and with unused space.
@Suite(.guardingDescriptors)
struct AncillaryFormsTests {
  @Test
  func `a message of two buffers can carry ancillary data`() throws {
    let address = SocketAddress(v4: .loopback, port: 0)
    let receiver = try UDPSocket(bindingTo: address)
    try receiver.set(.receiveTypeOfService, to: true)
    var marked = AncillaryData()
    try marked.append(typeOfService: 0b01)
    let target = try receiver.localAddress
    let connected = try UDPSocket(bindingTo: address)
    try connected.connect(to: target)
    #expect(try connected.send([1, 2].span, [3].span, ancillary: marked) == 3)
    let free = try UDPSocket(bindingTo: address)
    #expect(try free.send([4].span, [5, 6].span, to: target, ancillary: marked) == 3)
    for expected: [UInt8] in [[1, 2, 3], [4, 5, 6]] {
      var received = ReceivedAncillaryData()
      var head: [UInt8] = [0, 0]
      var body: [UInt8] = [0, 0]
      var headRoom = head.mutableSpan
      var bodyRoom = body.mutableSpan
      let message = try receiver.receive(into: &headRoom, &bodyRoom, ancillary: &received)
      #expect(message?.count == 3 && head + body == expected + [0])
      #expect(received.values.typeOfService == 0b01)
    }
  }

  @Test
  func `a message is appended to a buffer, and its ancillary data is received`() throws {
    let pair = try UDPPair.make()
    try pair.second.set(.receiveTypeOfService, to: true)
    try pair.first.set(.typeOfService, to: 0b10)
    #expect(try pair.first.send([7, 8].span) == 2)
    var received = ReceivedAncillaryData()
    let bytes = try withOutput(capacity: 4) { output throws(IOError) in
      output.append(1)
      _ = try pair.second.receive(into: &output, ancillary: &received)
      // Nothing was received, so the existing bytes stay.
      _ = try pair.second.receive(into: &output, ancillary: &received)
    }
    #expect(bytes == [1, 7, 8])
  }

  @Test
  func `a stream can send descriptors with several buffers`() throws {
    let pair = try UnixStream.pair()
    let pipe = try AnonymousPipe()
    var ancillary = AncillaryData()
    try ancillary.append(pipe.sender.descriptor)
    let empty: [UInt8] = []
    expectError(.invalidArgument) { () throws(IOError) in
      try pair.first.write(empty.span, empty.span, ancillary: ancillary)
    }
    #expect(try pair.first.write([1].span, [2, 3].span, ancillary: ancillary) == 3)
    var received = ReceivedAncillaryData()
    // Without space for bytes, no descriptors are received either.
    var first = empty
    var second = empty
    var firstRoom = first.mutableSpan
    var secondRoom = second.mutableSpan
    #expect(try pair.second.read(into: &firstRoom, &secondRoom, ancillary: &received) == 0)
    let nothing = received.takeDescriptor() == nil
    #expect(nothing)
    var head: [UInt8] = [0]
    var body: [UInt8] = [0, 0]
    var headRoom = head.mutableSpan
    var bodyRoom = body.mutableSpan
    #expect(try pair.second.read(into: &headRoom, &bodyRoom, ancillary: &received) == 3)
    #expect(head + body == [1, 2, 3])
    if let descriptor = received.takeDescriptor() {
      #expect(try PipeSender(adopting: descriptor).send([9]) == 1)
    }
    #expect(try pipe.receiver.receive() == [9])
  }

  @Test
  func `bytes of a stream are appended to a buffer, and a descriptor is received`() throws {
    let pair = try UnixStream.pair()
    let pipe = try AnonymousPipe()
    var ancillary = AncillaryData()
    try ancillary.append(pipe.sender.descriptor)
    #expect(try pair.first.write([5].span, ancillary: ancillary) == 1)
    var received = ReceivedAncillaryData()
    let bytes = try withOutput(capacity: 2) { output throws(IOError) in
      output.append(4)
      _ = try pair.second.read(into: &output, ancillary: &received)
      _ = try pair.second.read(into: &output, ancillary: &received)
    }
    #expect(bytes == [4, 5])
  }
}
