import MioCore
import MioNet

/// Connects over the loopback interface, and echoes one message.
func echoOverTCP<S: Selector & ~Copyable>(_: S.Type) throws(IOError) {
  var poll = try Poll<S>()
  var events = try Events<S>(capacity: 8)
  let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0))
  try poll.registry.register(listener, token: 1, interest: .readable)
  let client = try TCPStream(connectingTo: try listener.localAddress)
  try poll.registry.register(client, token: 2, interest: [.readable, .writable])
  _ = try retry(&poll, &events) { () throws(IOError) in
    try client.finishConnect() == .connected ? true : nil
  }
  let accepted = try retry(&poll, &events) { () throws(IOError) in
    try listener.acceptWithAddress()
  }
  check(accepted.address == (try client.localAddress))
  try poll.registry.register(accepted.stream, token: 3, interest: .readable)

  check(try client.write([1, 2, 3].span) == 3)
  check(try retry(&poll, &events) { () throws(IOError) in try echoOne(accepted.stream) } == 3)
  check(try retry(&poll, &events) { () throws(IOError) in try echoOne(client) } == 3)

  check(try client.tcpInfo.state == .established)
  try writeNoFile(client)

  let waker = try poll.registry.makeWaker(token: 4)
  try waker.wake()
  try poll.poll(into: &events, timeout: .seconds(1))
  check(events.contains { $0.token == 4 })
  try poll.registry.deregister(client)
  try client.close()
}

private func writeNoFile(_ stream: borrowing TCPStream) throws(IOError) {
  do throws(IOError) {
    _ = try stream.write(contentsOf: Descriptor(-1), at: 0, count: 1)
    check(false)
  } catch {
    check(error.kind == .badDescriptor)
  }
}

private func echoOne(_ stream: borrowing TCPStream) throws(IOError) -> Int? {
  var bytes: [UInt8] = [0, 0, 0, 0]
  var room = bytes.mutableSpan
  guard let count = try stream.read(into: &room) else { return nil }
  check(count == 3 && bytes == [1, 2, 3, 0])
  return try stream.write(bytes.span.extracting(0..<3))
}

/// Sets one option of each width.
func setOptions() throws(IOError) {
  let socket = try TCPSocket(.v4)
  try socket.set(.noDelay, to: true)
  check(try socket.value(of: .noDelay))
  try socket.set(.linger, to: .seconds(1))
  check(try socket.value(of: .linger) == .seconds(1))
  // OpenBSD does not have the option.
  do throws(IOError) {
    try socket.set(.keepAliveIdle, to: .seconds(30))
    check(try socket.value(of: .keepAliveIdle) == .seconds(30))
  } catch {
    check(error.kind == .unsupported)
  }

  let datagrams = try UDPSocket(.v4)
  try datagrams.set(.multicastTimeToLive, to: 7)
  check(try datagrams.value(of: .multicastTimeToLive) == 7)
  try datagrams.set(.multicastLoopV4, to: false)
  check(try !datagrams.value(of: .multicastLoopV4))
}
