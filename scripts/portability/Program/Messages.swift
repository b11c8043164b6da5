import MioCore
import MioNet

/// Sends a batch of datagrams, and a datagram whose destination address is reported.
func exchangeDatagrams() throws(IOError) {
  let sender = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
  let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
  try sender.connect(to: try receiver.localAddress)
  var batch = try MessageBatch<SocketAddress>(capacity: 4, messageCapacity: 8)
  check(try batch.append([1].span))
  check(try batch.append([2, 3].span))
  check(try sender.send(&batch) == 2)
  check(try receiver.receive(into: &batch) == 2)
  check(batch.message(at: 1).count == 2)
  check(batch.message(at: 1).sender == (try sender.localAddress))

  try receiver.set(.receivePacketInfoV4, to: true)
  try receiver.set(.receiveTimestamp, to: true)
  check(try sender.send([4].span) == 1)
  var ancillary = ReceivedAncillaryData()
  check(try receive(receiver, &ancillary) == 1)
  check(ancillary.values.packetInfo?.address == .v4(.loopback))
  check(ancillary.values.timestamp.map { $0 > .zero } ?? false)
  try sender.disconnect()
  check(try receiver.receive(into: &batch) == nil)
}

private func receive(
  _ socket: borrowing UDPSocket, _ ancillary: inout ReceivedAncillaryData
) throws(IOError) -> Int? {
  var bytes: [UInt8] = [0, 0]
  var room = bytes.mutableSpan
  return try socket.receive(into: &room, ancillary: &ancillary)?.count
}

/// Sends a pipe's end over a pair of Unix sockets, and uses it.
func passDescriptor() throws(IOError) {
  let pair = try UnixStream.pair()
  let pipe = try AnonymousPipe()
  var ancillary = AncillaryData()
  try ancillary.append(pipe.sender.descriptor)
  check(try pair.first.write([1].span, ancillary: ancillary) == 1)
  var received = ReceivedAncillaryData()
  var bytes: [UInt8] = [0]
  var room = bytes.mutableSpan
  check(try pair.second.read(into: &room, ancillary: &received) == 1)
  guard let descriptor = received.takeDescriptor() else { return check(false) }
  let sender = try PipeSender(adopting: descriptor.take())
  check(try sender.write([9].span) == 1)
  check(try read(pipe.receiver) == [9])
  _ = try pair.first.peerCredentials
  check(try pair.first.peerAddress == .unnamed)
}

private func read(_ receiver: borrowing PipeReceiver) throws(IOError) -> [UInt8] {
  var bytes: [UInt8] = [0]
  var room = bytes.mutableSpan
  check(try receiver.read(into: &room) == 1)
  return bytes
}

/// Writes to a pipe without a reader.
func usePipe() throws(IOError) {
  let pipe = try AnonymousPipe()
  try pipe.receiver.close()
  do throws(IOError) {
    _ = try pipe.sender.write([1].span)
    check(false)
  } catch {
    check(error.kind == .brokenPipe)
  }
}

/// Reads and writes addresses, finds the loopback interface, and binds to a path.
func useAddresses() throws(IOError) {
  check(SocketAddress("[::1%3]:80") == SocketAddress(v6: .loopback, port: 80, scopeID: 3))
  let v6 = try UDPSocket(.v6)
  _ = try v6.localAddress
  for interface in try NetworkInterface.all() where interface.isLoopback {
    check(try NetworkInterface.index(of: interface.name) == interface.index)
  }
  let missing = try UnixAddress(path: "/nonexistent/socket")
  do throws(IOError) {
    _ = try UnixListener(bindingTo: missing)
    check(false)
  } catch {
    check(error.kind == .notFound)
  }
}
