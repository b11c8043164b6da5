import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The effects of options that determine the route of packets.
@Suite(.guardingDescriptors)
struct RouteOptionTests {
  private static let families = [
    (SocketAddress(v4: .loopback, port: 0), SocketOption<UInt32>.interfaceV4),
    (SocketAddress(v6: .loopback, port: 0), .interfaceV6),
  ]

  @Test(arguments: families)
  func `a socket that is bound to an interface receives only from that interface`(
    _ address: SocketAddress, _ option: SocketOption<UInt32>
  ) throws {
    let here = try UDPSocket(address.version)
    #expect(try here.value(of: option) == 0)
    let loopback = unsafe if_nametoindex("lo")
    try here.set(option, to: loopback)
    #expect(try here.value(of: option) == loopback)
    try here.bind(to: address)
    let sender = try UDPSocket(bindingTo: address)
    #expect(try sender.send([1].span, to: try here.localAddress) == 1)
    #expect(try Received.next(from: here).bytes == [1])

    let elsewhere = try UDPSocket(address.version)
    try elsewhere.set(option, to: 9999)
    if address.version == .v6 {
      expectError(.notFound) { () throws(IOError) in try elsewhere.bind(to: address) }
      return
    }
    try elsewhere.bind(to: address)
    #expect(try sender.send([2].span, to: try elsewhere.localAddress) == 1)
    #expect(try sender.send([3].span, to: try here.localAddress) == 1)
    #expect(try Received.next(from: here).bytes == [3])
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    #expect(try elsewhere.receive(into: &room) == nil)
  }

  @Test
  func `the mode of path MTU discovery decides whether a long datagram is refused or sent`() throws
  {
    try withIsolatedNetwork(mtu: 1400) {
      for (address, discovery, mtu) in [
        (
          SocketAddress(v4: .loopback, port: 0), SocketOption<PathMTUDiscovery>.pathDiscoveryV4,
          SocketOption<Int>.pathMTUV4
        ),
        (SocketAddress(v6: .loopback, port: 0), .pathDiscoveryV6, .pathMTUV6),
      ] {
        let pair = try UDPPair.make(address)
        #expect(try pair.first.value(of: mtu) == 1400)
        let message = [UInt8](repeating: 7, count: 1401)
        for mode in [PathMTUDiscovery.required, .probing] {
          try pair.first.set(discovery, to: mode)
          #expect(try pair.first.value(of: discovery) == mode)
          expectError(.messageTooLong) { () throws(IOError) in try pair.first.send(message.span) }
          #expect(try pair.first.send(message.span.extracting(0..<1300)) == 1300)
          #expect(try Received.next(from: pair.second).bytes.count == 1300)
        }
        for mode in [PathMTUDiscovery.disabled, .enabled] {
          try pair.first.set(discovery, to: mode)
          #expect(try pair.first.value(of: discovery) == mode)
          #expect(try pair.first.send(message.span) == 1401)
          #expect(try Received.next(from: pair.second).bytes == message)
        }
      }
    }
  }

  @Test
  func `the path MTU cannot be read without a peer, and cannot be set`() throws {
    for (version, option) in [(IPVersion.v4, SocketOption<Int>.pathMTUV4), (.v6, .pathMTUV6)] {
      let socket = try UDPSocket(version)
      expectError(.notConnected) { () throws(IOError) in try socket.value(of: option) }
    }
    expectError(.unsupported) { () throws(IOError) in
      try UDPSocket(.v4).set(.pathMTUV4, to: 1400)
    }
  }

  @Test
  func `the freeBind option allows binding to an address of another machine`() throws {
    for (address, option) in [
      ("192.0.2.1:0", SocketOption<Bool>.freeBindV4), ("[2001:db8::1]:0", .freeBindV6),
    ] {
      let address = try #require(SocketAddress(address))
      let socket = try UDPSocket(address.version)
      expectError(.addressNotAvailable) { () throws(IOError) in try socket.bind(to: address) }
      try socket.set(option, to: true)
      #expect(try socket.value(of: option))
      try socket.bind(to: address)
      #expect(try socket.localAddress.ip == address.ip)
    }
  }

  @Test
  func `the transparent option allows binding to an address of another machine`() throws {
    try withIsolatedNetwork {
      for (address, option) in [
        ("192.0.2.1:0", SocketOption<Bool>.transparentV4), ("[2001:db8::1]:0", .transparentV6),
      ] {
        let address = try #require(SocketAddress(address))
        let socket = try TCPSocket(for: address)
        expectError(.addressNotAvailable) { () throws(IOError) in try socket.bind(to: address) }
        try socket.set(option, to: true)
        #expect(try socket.value(of: option))
        try socket.bind(to: address)
        #expect(try socket.localAddress.ip == address.ip)
      }
    }
  }

  @Test
  func `packets have the mark of their socket`() throws {
    try withIsolatedNetwork {
      let pair = try UDPPair.make()
      #expect(try pair.first.value(of: .mark) == 0)
      try pair.first.set(.mark, to: .max)
      #expect(try pair.first.value(of: .mark) == .max)
      try pair.first.set(.mark, to: 77)
      let receiveMark = SocketOption<Bool>(level: SOL_SOCKET, name: 75)  // SO_RCVMARK, Linux 5.19
      do throws(IOError) {
        try pair.second.set(receiveMark, to: true)
      } catch {
        return
      }
      #expect(try pair.first.send([1].span) == 1)
      var ancillary = ReceivedAncillaryData()
      var buffer: [UInt8] = [0]
      var room = buffer.mutableSpan
      _ = try pair.second.receive(into: &room, ancillary: &ancillary)
      let mark = ancillary.withBytes(level: SOL_SOCKET, type: SO_MARK) { $0[0] }
      #expect(mark == 77)
    }
  }

  @Test(arguments: [SocketAddress(v4: .loopback, port: 0), SocketAddress(v6: .loopback, port: 0)])
  func `a datagram has the time at which it arrived`(_ address: SocketAddress) throws {
    let pair = try UDPPair.make(address)
    #expect(try pair.first.send([1].span) == 1)
    #expect(try values(from: pair.second).timestamp == nil, "nobody asked")
    try pair.second.set(.receiveTimestamp, to: true)
    #expect(try pair.second.value(of: .receiveTimestamp))
    // The system begins to record times a little later, in a thread of its own. Until then it
    // returns the time of the receive call.
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while ContinuousClock.now < deadline {
      let before = now()
      #expect(try pair.first.send([1].span) == 1)
      let sent = now()
      let time = try #require(try values(from: pair.second).timestamp)
      #expect(before <= time && time <= now())
      if time <= sent { return }
    }
    Issue.record("the time is that of receiving")
  }

  private func now() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private func values(from socket: borrowing UDPSocket) throws -> AncillaryValues {
    var ancillary = ReceivedAncillaryData()
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    _ = try #require(try socket.receive(into: &room, ancillary: &ancillary))
    return ancillary.values
  }
}
