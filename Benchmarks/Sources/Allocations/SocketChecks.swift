import Glibc
import MioCore
import MioNet

/// Creates a socket or a pipe of every type, and checks the queries that all of them support.
func checkSockets(_ report: inout Report) throws(IOError) {
  let loopback = SocketAddress(v4: .loopback, port: 0)
  try report.check("making and closing sockets and pipes") { () throws(IOError) in
    _ = try TCPListener(bindingTo: loopback)
    _ = try UDPSocket(bindingTo: loopback)
    _ = try UnixListener(bindingTo: .unnamed)
    _ = try UnixPacketListener(bindingTo: .unnamed)
    _ = try UnixDatagram(bindingTo: .unnamed)
    _ = try UnixStream.pair()
    _ = try UnixDatagram.pair()
    _ = try UnixPacketSocket.pair()
    _ = try GenericSocket(family: AF_INET, type: 2)
    let pipe = try AnonymousPipe()
    try pipe.sender.close()
    try pipe.receiver.close()
  }
  try report.check("a socket that cannot be made") { () throws(IOError) in
    expectFailure(.addressNotAvailable) { () throws(IOError) in
      _ = try UDPSocket(bindingTo: SocketAddress(v4: IPv4Address(192, 0, 2, 1), port: 0))
    }
  }
  let listener = try TCPListener(bindingTo: loopback)
  let address = try listener.localAddress
  try report.check("TCP, connecting and accepting") { () throws(IOError) in
    let client = try TCPStream(connectingTo: address)
    while try client.finishConnect() == .pending {}
    let server = try listener.accept()
    precondition(server != nil)
    try client.set(.linger, to: .zero)
    try client.close()
  }
  let packets = try UnixPacketListener(bindingTo: .unnamed)
  let packetAddress = try packets.localAddress
  try report.check("Unix packets, connecting and accepting") { () throws(IOError) in
    let client = try UnixPacketSocket(connectingTo: packetAddress)
    let server = try packets.accept()
    precondition(client != nil && server != nil)
  }
  let udp = try UDPSocket(bindingTo: loopback)
  let unix = try UnixDatagram.pair()
  let stream = try UnixStream.pair()
  try checkQuestions("TCP listener", listener, &report)
  try checkQuestions("UDP", udp, &report)
  try checkQuestions("Unix datagram", unix.first, &report)
  try checkQuestions("Unix stream", stream.first, &report)
  try report.check("peers: address, credentials") { () throws(IOError) in
    _ = try stream.first.peerAddress
    _ = try stream.first.peerCredentials
    expectFailure(.notConnected) { () throws(IOError) in _ = try udp.peerAddress }
  }
  try report.check("UDP, groups and peers") { () throws(IOError) in
    let group = IPv4Address(239, 255, 77, 4)
    try udp.join(group, interfaceAddress: .loopback)
    try udp.leave(group, interfaceAddress: .loopback)
    try udp.connect(to: address)
    try udp.disconnect()
  }
  try report.check("shutting down") { () throws(IOError) in try stream.first.shutdown(.read) }
  try checkReserve(&report)
  try checkAddresses(&report)
}

private func checkQuestions<S: Socket & ~Copyable>(
  _ name: String, _ socket: borrowing S, _ report: inout Report
) throws(IOError) {
  var bytes: [UInt8] = [0, 0, 0, 0]
  try report.check("\(name), address, error and options") { () throws(IOError) in
    _ = try socket.localAddress
    let error = try socket.takeError()
    precondition(error == nil)
    try socket.set(.sendBufferSize, to: try socket.value(of: .receiveBufferSize))
    var room = bytes.mutableSpan
    expectCount(4, try socket.readOption(level: SOL_SOCKET, name: SO_TYPE, into: &room))
    try socket.writeOption(level: SOL_SOCKET, name: SO_REUSEADDR, from: bytes.span)
  }
  try report.check("\(name), given away and adopted") { () throws(IOError) in
    let adopted = try S(adopting: socket.duplicateDescriptor())
    let owned = OwnedDescriptor(owning: adopted.takeDescriptor())
    try owned.duplicate().close()
  }
}

private func checkReserve(_ report: inout Report) throws(IOError) {
  let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0))
  var reserve = try DescriptorReserve()
  try report.check("turning away") { () throws(IOError) in _ = try reserve.turnAway(from: listener)
  }
}

private func checkAddresses(_ report: inout Report) throws(IOError) {
  try report.check("addresses from text and bytes") { () throws(IOError) in
    let parsed = SocketAddress("[2001:db8::1%3]:443")
    precondition(parsed != nil)
    let path = try UnixAddress(path: "/tmp/socket")
    precondition(path.withNameBytes { $0.count } == 11)
    let generic = try GenericAddress(path)
    precondition(UnixAddress(generic) == path)
  }
}
