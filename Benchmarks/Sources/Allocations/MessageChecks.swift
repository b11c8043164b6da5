import Glibc
import MioCore
import MioNet

func checkDatagrams(_ report: inout Report) throws(IOError) {
  let first = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
  let second = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
  let address = try second.localAddress
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  try report.check("UDP, send to and receive from") { () throws(IOError) in
    expectCount(64, try first.send(outgoing.span, to: address))
    var room = incoming.mutableSpan
    expectCount(64, try second.peek(into: &room)?.count)
    expectCount(64, try second.receive(into: &room)?.count)
  }
  try report.check("UDP, sending that fails") { () throws(IOError) in
    expectFailure(.destinationRequired) { () throws(IOError) in
      _ = try first.send(outgoing.span)
    }
  }
  try first.connect(to: address)
  try second.set(.receiveTypeOfService, to: true)
  try second.set(.receivePacketInfoV4, to: true)
  var ancillary = AncillaryData()
  var received = ReceivedAncillaryData()
  try report.check("UDP, with ancillary data, by name and by number") { () throws(IOError) in
    ancillary.removeAll()
    try ancillary.append(typeOfService: 1)
    try ancillary.append(PacketInfo(address: .v4(.loopback)))
    try ancillary.append(level: Int32(IPPROTO_IP), type: IP_TTL, [9, 0, 0, 0].span)
    expectCount(64, try first.send(outgoing.span, to: address, ancillary: ancillary))
    var room = incoming.mutableSpan
    expectCount(64, try second.receive(into: &room, ancillary: &received)?.count)
    precondition(received.values.typeOfService == 1 && received.values.packetInfo != nil)
    precondition(received.withBytes(level: SOL_SOCKET, type: 1) { $0.count } == nil)
  }
  try checkMessages("UDP", first, second, &report)
}

func checkUnixSockets(_ report: inout Report) throws(IOError) {
  let pair = try UnixStream.pair()
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  try checkStream("Unix stream", pair.first, pair.second, &report)
  var ancillary = AncillaryData()
  var received = ReceivedAncillaryData()
  try report.check("Unix stream, passing two descriptors") { () throws(IOError) in
    ancillary.removeAll()
    try ancillary.append(pair.first.descriptor)
    try ancillary.append(pair.second.descriptor)
    expectCount(64, try pair.first.write(outgoing.span, ancillary: ancillary))
    var room = incoming.mutableSpan
    expectCount(64, try pair.second.read(into: &room, ancillary: &received))
    var count = 0
    while received.takeDescriptor() != nil { count += 1 }
    expectCount(2, count)
  }
  try report.check("Unix stream, descriptors that nobody takes") { () throws(IOError) in
    expectCount(64, try pair.first.write(outgoing.span, ancillary: ancillary))
    var room = incoming.mutableSpan
    expectCount(64, try pair.second.read(into: &room, ancillary: &received))
    received.removeAll()
  }
  let listener = try UnixListener(bindingTo: .unnamed)
  let address = try listener.localAddress
  try report.check("Unix stream, connecting and accepting") { () throws(IOError) in
    let client = try UnixStream(connectingTo: address)
    let connection = try listener.acceptWithAddress()
    precondition(client != nil && connection != nil)
  }
  try report.check("Unix stream, accept that would block") { () throws(IOError) in
    let connection = try listener.accept()
    precondition(connection == nil)
  }
  let datagrams = try UnixDatagram.pair()
  try checkMessages("Unix datagram", datagrams.first, datagrams.second, &report)
  let packets = try UnixPacketSocket.pair()
  try checkMessages("Unix packets", packets.first, packets.second, &report)
}

func checkPipes(_ report: inout Report) throws(IOError) {
  let pipe = try AnonymousPipe()
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  var rest = [UInt8](repeating: 0, count: 64)
  try report.check("pipe, write and read") { () throws(IOError) in
    expectCount(64, try pipe.sender.write(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try pipe.receiver.read(into: &room))
    expectCount(128, try pipe.sender.write(outgoing.span, outgoing.span))
    var more = rest.mutableSpan
    expectCount(128, try pipe.receiver.read(into: &room, &more))
  }
  try report.check("pipe, read that would block") { () throws(IOError) in
    var room = incoming.mutableSpan
    expectCount(nil, try pipe.receiver.read(into: &room))
  }
  try report.check("pipe, given away and adopted") { () throws(IOError) in
    let sender = try PipeSender(adopting: pipe.sender.duplicateDescriptor())
    _ = try PipeReceiver(adopting: pipe.receiver.duplicateDescriptor())
    _ = OwnedDescriptor(owning: sender.takeDescriptor())
  }
  while try pipe.sender.write(outgoing.span) != nil {}
  try report.check("pipe, write that would block") { () throws(IOError) in
    expectCount(nil, try pipe.sender.write(outgoing.span))
  }
  let sender = pipe.sender
  try pipe.receiver.close()
  try report.check("pipe, write that fails") { () throws(IOError) in
    expectFailure(.brokenPipe) { () throws(IOError) in _ = try sender.write(outgoing.span) }
  }
}

/// Checks the operations of all streams.
private func checkStream<S: StreamSocket & ~Copyable>(
  _ name: String, _ near: borrowing S, _ far: borrowing S, _ report: inout Report
) throws(IOError) {
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  var rest = [UInt8](repeating: 0, count: 64)
  let ancillary = AncillaryData()
  var received = ReceivedAncillaryData()
  try report.check("\(name), write, peek and read") { () throws(IOError) in
    expectCount(64, try near.write(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try far.peek(into: &room))
    expectCount(64, try far.read(into: &room))
    expectCount(nil, try far.read(into: &room))
  }
  try report.check("\(name), two buffers") { () throws(IOError) in
    expectCount(128, try near.write(outgoing.span, outgoing.span))
    var room = incoming.mutableSpan
    var more = rest.mutableSpan
    expectCount(128, try far.read(into: &room, &more))
  }
  try report.check("\(name), with flags") { () throws(IOError) in
    expectCount(64, try near.send(outgoing.span, ancillary: ancillary, flags: 0))
    var room = incoming.mutableSpan
    expectCount(64, try far.receive(into: &room, ancillary: &received, flags: 0)?.count)
  }
}

/// Checks the operations of all message sockets that have a peer.
private func checkMessages<S: MessageSocket & ~Copyable>(
  _ name: String, _ near: borrowing S, _ far: borrowing S, _ report: inout Report
) throws(IOError) {
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  var rest = [UInt8](repeating: 0, count: 64)
  let ancillary = AncillaryData()
  var received = ReceivedAncillaryData()
  try report.check("\(name), send, peek and receive") { () throws(IOError) in
    expectCount(64, try near.send(outgoing.span))
    expectCount(64, try near.send(outgoing.span, ancillary: ancillary))
    var room = incoming.mutableSpan
    expectCount(64, try far.peek(into: &room)?.count)
    let message = try unsafe room.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe far.receive(into: UnsafeMutableRawBufferPointer(bytes))
    }
    expectCount(64, message?.count)
    expectCount(64, try far.receive(into: &room, ancillary: &received)?.count)
    expectCount(nil, try far.receive(into: &room, ancillary: &received)?.count)
  }
  try report.check("\(name), two buffers") { () throws(IOError) in
    expectCount(128, try near.send(outgoing.span, outgoing.span))
    var room = incoming.mutableSpan
    var more = rest.mutableSpan
    expectCount(128, try far.receive(into: &room, &more)?.count)
  }
  try report.check("\(name), with flags") { () throws(IOError) in
    expectCount(64, try near.send(outgoing.span, ancillary: ancillary, flags: 0))
    var room = incoming.mutableSpan
    expectCount(64, try far.receive(into: &room, ancillary: &received, flags: 0)?.count)
  }
  var batch = try MessageBatch<S.Address>(
    capacity: 8, messageCapacity: 64, ancillaryCapacity: 128)
  try report.check("\(name), batches of 8, there and back") { () throws(IOError) in
    batch.removeAll()
    while try batch.append(outgoing.span, ancillary: ancillary) {}
    batch.removeFirst()
    expectCount(7, try near.send(&batch))
    expectCount(7, try far.receive(into: &batch))
    for position in 0..<batch.count {
      precondition(batch.message(at: position).count == 64)
      precondition(batch.withBytes(at: position) { $0.count } == 64)
      precondition(batch.ancillaryValues(at: position).segmentSize == nil)
      precondition(batch.withAncillaryBytes(at: position, level: 0, type: 0) { $0.count } == nil)
    }
    expectCount(7, try far.send(&batch))
    expectCount(7, try near.receive(into: &batch))
    expectCount(nil, try near.receive(into: &batch))
  }
}
