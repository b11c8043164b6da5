import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct UDPAncillaryTests {
  private static let v4 = SocketAddress(v4: .loopback, port: 0)
  private static let v6 = SocketAddress(v6: .loopback, port: 0)

  @Test(.needs(.congestionMarks), arguments: [v4, v6])
  func `ECN bits of an option and of a message are received`(_ address: SocketAddress) throws {
    let pair = try UDPPair.make(address)
    var ancillary = AncillaryData()
    if address.version == .v4 {
      try pair.second.set(.receiveTypeOfService, to: true)
      try pair.first.set(.typeOfService, to: 0b10)
      try ancillary.append(typeOfService: 0b01)
    } else {
      try pair.second.set(.receiveTrafficClass, to: true)
      try pair.first.set(.trafficClass, to: 0b10)
      try ancillary.append(trafficClass: 0b01)
    }
    #expect(try pair.first.send([1].span) == 1)
    #expect(try pair.first.send([2].span, ancillary: ancillary) == 1)
    #expect(try values(from: pair.second).typeOfService == 0b10)
    #expect(try values(from: pair.second).typeOfService == 0b01)
  }

  @Test(arguments: [v4, v6])
  func `the destination of a message is received, and the source of a message can be set`(
    _ address: SocketAddress
  ) throws {
    let everywhere: SocketAddress =
      address.version == .v4
      ? SocketAddress(v4: .any, port: 0) : SocketAddress(v6: .any, port: 0)
    let server = try UDPSocket(bindingTo: everywhere)
    let client = try UDPSocket(bindingTo: address)
    if address.version == .v4 {
      try server.set(.receivePacketInfoV4, to: true)
    } else {
      try server.set(.receivePacketInfoV6, to: true)
    }
    let target = SocketAddress(address.ip, port: try server.localAddress.port)
    #expect(try client.send([1].span, to: target) == 1)
    let info = try #require(try values(from: server).packetInfo)
    #expect(info.address == address.ip)
    #expect(info.interface != 0)

    var ancillary = AncillaryData()
    try ancillary.append(PacketInfo(address: address.ip))
    #expect(try server.send([2].span, to: try client.localAddress, ancillary: ancillary) == 1)
    #expect(try Received.next(from: client).message.sender == target)
  }

  @Test
  func `ancillary data that was not requested is not received, and a truncation is reported`()
    throws
  {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([1].span) == 1)
    let nothing = try values(from: pair.second)
    #expect(nothing.typeOfService == nil && nothing.packetInfo == nil && !nothing.isTruncated)
    try pair.second.set(.receivePacketInfoV4, to: true)
    #expect(try pair.first.send([1].span) == 1)
    let cut = try values(from: pair.second, capacity: 8)
    #expect(cut.packetInfo == nil && cut.isTruncated)
  }

  @Test(.needs(.offload))
  func `a message with a segment size is sent as several messages`() throws {
    let pair = try UDPPair.make()
    let bytes = (0..<2500).map { UInt8(truncatingIfNeeded: $0) }
    var ancillary = AncillaryData()
    try ancillary.append(segmentSize: 1000)
    #expect(try pair.first.send(bytes.span, ancillary: ancillary) == 2500)
    let received = try [
      Received.next(from: pair.second), .next(from: pair.second), .next(from: pair.second),
    ]
    #expect(received.map(\.bytes.count) == [1000, 1000, 500])
    #expect(received.flatMap(\.bytes) == bytes)
  }

  @Test(.needs(.offload))
  func `several messages can be received as one message`() throws {
    let pair = try UDPPair.make()
    try pair.first.set(.segmentSize, to: 1000)
    #expect(try pair.first.value(of: .segmentSize) == 1000)
    try pair.second.set(.receiveOffload, to: true)
    #expect(try pair.second.value(of: .receiveOffload))
    let bytes = (0..<2500).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try pair.first.send(bytes.span) == 2500)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var ancillary = ReceivedAncillaryData()
    var room = buffer.mutableSpan
    let message = try pair.second.receive(into: &room, ancillary: &ancillary)
    #expect(message?.count == 2500)
    #expect(ancillary.values.segmentSize == 1000)
    #expect(Array(buffer[..<2500]) == bytes)
  }

  @Test(arguments: [0, -1, 65_536])
  func `a segment size out of range is refused`(_ size: Int) {
    expectError(.invalidArgument) { () throws(IOError) in
      var ancillary = AncillaryData()
      try ancillary.append(segmentSize: size)
    }
  }

  @Test(.needs(.congestionMarks))
  func `ancillary data is unchanged if an item does not fit`() throws {
    var ancillary = try AncillaryData(capacity: 24)
    try ancillary.append(typeOfService: 0b11)
    expectError(.outOfMemory) { () throws(IOError) in
      try ancillary.append(PacketInfo(address: .v4(.loopback)))
    }
    let pair = try UDPPair.make()
    try pair.second.set(.receiveTypeOfService, to: true)
    #expect(try pair.first.send([1].span, ancillary: ancillary) == 1)
    #expect(try values(from: pair.second).typeOfService == 0b11)
    ancillary.removeAll()
    #expect(ancillary.isEmpty == true)
  }

  private func values(
    from socket: borrowing UDPSocket, capacity: Int = 512
  ) throws -> AncillaryValues {
    var ancillary = try ReceivedAncillaryData(capacity: capacity)
    var buffer: [UInt8] = [0]
    for _ in 0..<1_000_000 {
      var room = buffer.mutableSpan
      if try socket.receive(into: &room, ancillary: &ancillary) != nil { return ancillary.values }
    }
    throw IOError(.timedOut, operation: .receive)
  }
}
