import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// A lack of ports, which is an error.
///
/// Linux returns EAGAIN as it does for a full buffer, but no event ever reports a free port.
@Suite(.guardingDescriptors)
struct PortExhaustionTests {
  /// Runs a test in its own network, in which no port is free that the system could choose for a
  /// socket.
  private func withoutPorts(_ body: @escaping @Sendable () throws -> Void) throws {
    try withIsolatedNetwork(settings: ["ipv4/ip_local_port_range": "10000 10003"]) {
      var taken = TokenTable<UDPSocket>()
      for _ in 0..<4 {
        _ = taken.insert(try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0)))
      }
      expectError(.addressInUse) { () throws(IOError) in
        try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
      }
      try body()
    }
  }

  @Test
  func `every form of sending throws if no port is free`() throws {
    try withoutPorts {
      let socket = try UDPSocket(.v4)
      let address = SocketAddress(v4: .loopback, port: 9)
      let error = expectError(.addressNotAvailable) { () throws(IOError) in
        try socket.send([1].span, to: address)
      }
      #expect(error?.operation == .send && error?.code == EAGAIN)
      expectError(.addressNotAvailable) { () throws(IOError) in
        try socket.send([1].span, [2].span, to: address)
      }
      var batch = try MessageBatch<SocketAddress>(capacity: 2, messageCapacity: 1)
      _ = try batch.append([1].span, to: address)
      expectError(.addressNotAvailable) { () throws(IOError) in try socket.send(&batch) }
      #expect(batch.count == 1)
    }
  }

  @Test
  func `connecting throws if no port is free`() throws {
    try withoutPorts {
      let socket = try UDPSocket(.v4)
      let error = expectError(.addressNotAvailable) { () throws(IOError) in
        try socket.connect(to: SocketAddress(v4: .loopback, port: 9))
      }
      #expect(error?.operation == .connect)
    }
  }

  @Test
  func `sending into a full queue would block although no port is free`() throws {
    try withoutPorts {
      let folder = TemporaryFolder()
      let receiver = try UnixDatagram(bindingTo: try folder.address())
      let sender = try UnixDatagram()
      var count = 0
      while try sender.send([1].span, to: try folder.address()) != nil { count += 1 }
      #expect(count > 0)
      _ = receiver.descriptor
    }
  }
}
