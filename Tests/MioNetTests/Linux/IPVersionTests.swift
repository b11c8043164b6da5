import MioCore
import MioNet
import TestHelpers
import Testing

/// IPv6 sockets that also serve IPv4, even if the system's default is different.
@Suite(.guardingDescriptors)
struct IPVersionTests {
  private func withIPv6Only(_ body: @escaping @Sendable () throws -> Void) throws {
    try withIsolatedNetwork(settings: ["ipv6/bindv6only": "1"], body)
  }

  @Test
  func `a listener at the unspecified IPv6 address accepts IPv4 on every system default`() throws {
    try withIPv6Only {
      let listener = try TCPListener(bindingTo: SocketAddress(v6: .any, port: 0))
      let port = try listener.localAddress.port
      let client = try TCPStream(connectingTo: SocketAddress(v4: .loopback, port: port))
      let accepted = try listener.acceptAnnounced()
      #expect(try accepted.address.canonical == client.localAddress)
    }
  }

  @Test
  func `every way to create an IPv6 socket turns onlyV6 off`() throws {
    try withIPv6Only {
      let any = SocketAddress(v6: .any, port: 0)
      #expect(try TCPSocket(.v6).value(of: .onlyV6) == false)
      #expect(try TCPSocket(for: any).value(of: .onlyV6) == false)
      #expect(try UDPSocket(.v6).value(of: .onlyV6) == false)
      #expect(try UDPSocket(bindingTo: any).value(of: .onlyV6) == false)
      let mapped = try #require(SocketAddress("[::ffff:127.0.0.1]:0"))
      let listener = try TCPListener(bindingTo: mapped)
      let client = try TCPStream(connectingTo: try listener.localAddress)
      #expect(try client.value(of: .onlyV6) == false)
    }
  }

  @Test
  func `an adopted socket keeps its onlyV6 option`() throws {
    let socket = try UDPSocket(.v6)
    try socket.set(.onlyV6, to: true)
    #expect(try UDPSocket(adopting: socket.takeDescriptor()).value(of: .onlyV6))
  }

  @Test
  func `a socket with onlyV6 serves only IPv6`() throws {
    let socket = try TCPSocket(.v6)
    try socket.set(.onlyV6, to: true)
    try socket.bind(to: SocketAddress(v6: .any, port: 0))
    let listener = try socket.listen()
    let port = try listener.localAddress.port
    let client = try TCPStream(connectingTo: SocketAddress(v4: .loopback, port: port))
    expectError(.connectionRefused) { () throws(IOError) in
      while try client.finishConnect() == .pending {}
    }
  }
}
