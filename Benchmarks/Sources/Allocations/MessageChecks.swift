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
    expectCount(64, try second.receive(into: &room)?.count)
  }
  try report.check("UDP, receive that would block") { () throws(IOError) in
    var room = incoming.mutableSpan
    expectCount(nil, try second.receive(into: &room)?.count)
  }
  try first.connect(to: address)
  try second.set(.receiveTypeOfService, to: true)
  var ancillary = AncillaryData()
  var received = ReceivedAncillaryData()
  try report.check("UDP, with ancillary data") { () throws(IOError) in
    ancillary.removeAll()
    try ancillary.append(typeOfService: 1)
    expectCount(64, try first.send(outgoing.span, ancillary: ancillary))
    var room = incoming.mutableSpan
    expectCount(64, try second.receive(into: &room, ancillary: &received)?.count)
    precondition(received.values.typeOfService == 1)
  }
  var batch = try MessageBatch<SocketAddress>(
    capacity: 16, messageCapacity: 64, ancillaryCapacity: 64)
  try report.check("UDP, batches of 16") { () throws(IOError) in
    batch.removeAll()
    while try batch.append(outgoing.span) {}
    expectCount(16, try first.send(&batch))
    expectCount(16, try second.receive(into: &batch))
    for position in 0..<batch.count {
      precondition(batch.message(at: position).count == 64)
      precondition(batch.ancillaryValues(at: position).typeOfService == 0)
    }
  }
}

func checkUnixSockets(_ report: inout Report) throws(IOError) {
  let pair = try UnixStream.pair()
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  try report.check("Unix stream, write and read") { () throws(IOError) in
    expectCount(64, try pair.first.write(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try pair.second.read(into: &room))
  }
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
  let listener = try UnixListener(bindingTo: .unnamed)
  let address = try listener.localAddress
  try report.check("Unix stream, connecting and accepting") { () throws(IOError) in
    let client = try UnixStream(connectingTo: address)
    let connection = try listener.acceptWithAddress()
    precondition(client != nil && connection != nil)
  }
  let datagrams = try UnixDatagram.pair()
  try report.check("Unix datagram, send and receive") { () throws(IOError) in
    expectCount(64, try datagrams.first.send(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try datagrams.second.receive(into: &room)?.count)
  }
  let packets = try UnixPacketSocket.pair()
  try report.check("Unix packets, send and receive") { () throws(IOError) in
    expectCount(64, try packets.first.send(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try packets.second.receive(into: &room)?.count)
  }
}

func checkPipes(_ report: inout Report) throws(IOError) {
  let pipe = try Pipe()
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  try report.check("pipe, write and read") { () throws(IOError) in
    expectCount(64, try pipe.sender.write(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try pipe.receiver.read(into: &room))
  }
  try report.check("pipe, read that would block") { () throws(IOError) in
    var room = incoming.mutableSpan
    expectCount(nil, try pipe.receiver.read(into: &room))
  }
}
