import MioCore
import MioNet
import TestHelpers
import Testing

/// Two UDP sockets that are connected to each other.
struct UDPPair: ~Copyable {
  let first: UDPSocket
  let second: UDPSocket

  static func make(
    _ loopback: SocketAddress = SocketAddress(v4: .loopback, port: 0)
  ) throws(IOError)
    -> UDPPair
  {
    let first = try UDPSocket(bindingTo: loopback)
    let second = try UDPSocket(bindingTo: loopback)
    try first.connect(to: try second.localAddress)
    try second.connect(to: try first.localAddress)
    return UDPPair(first: first, second: second)
  }
}

/// A message and its bytes.
struct Received {
  let message: ReceivedMessage<SocketAddress>
  let bytes: [UInt8]

  /// Receives a message, for which it waits a short time.
  static func next(from socket: borrowing UDPSocket) throws -> Received {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    for _ in 0..<1_000_000 {
      var room = buffer.mutableSpan
      guard let message = try socket.receive(into: &room) else { continue }
      return Received(message: message, bytes: Array(buffer[..<message.count]))
    }
    throw IOError(.timedOut, operation: .receive)
  }
}
