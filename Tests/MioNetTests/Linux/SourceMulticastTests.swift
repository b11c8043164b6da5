import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Multicast groups with an interface index, and groups with one source.
@Suite(.guardingDescriptors)
struct SourceMulticastTests {
  private let group = IPv4Address(232, 1, 77, 1)
  private let source = IPv4Address(127, 0, 0, 2)
  private let stranger = IPv4Address(127, 0, 0, 3)
  private var loopback: UInt32 { unsafe if_nametoindex("lo") }

  @Test
  func `a socket that joined a group for one source receives only from that source`() throws {
    let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
    try receiver.join(group, from: source, interfaceIndex: loopback)
    let port = try receiver.localAddress.port
    try send([1], from: stranger, to: port)
    try send([2], from: source, to: port)
    #expect(try Received.next(from: receiver).bytes == [2])
    try receiver.join(group, from: stranger, interfaceIndex: loopback)
    try send([3], from: stranger, to: port)
    #expect(try Received.next(from: receiver).bytes == [3])
    try receiver.leave(group, from: source, interfaceIndex: loopback)
    try send([4], from: source, to: port)
    try send([5], from: stranger, to: port)
    #expect(try Received.next(from: receiver).bytes == [5])
  }

  @Test
  func `a group can be joined by the index of an interface`() throws {
    let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
    try receiver.join(group, interfaceIndex: loopback)
    let port = try receiver.localAddress.port
    try send([1], from: source, to: port)
    #expect(try Received.next(from: receiver).bytes == [1])
    expectError(.addressInUse) { () throws(IOError) in
      try receiver.join(group, interfaceIndex: loopback)
    }
    try receiver.leave(group, interfaceIndex: loopback)
    expectError(.addressNotAvailable) { () throws(IOError) in
      try receiver.leave(group, interfaceIndex: loopback)
    }
    expectError(.notFound) { () throws(IOError) in try receiver.join(group, interfaceIndex: .max) }
  }

  @Test
  func `the address and the index of an interface identify the same membership`() throws {
    let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
    try receiver.join(group, interfaceAddress: .loopback)
    expectError(.addressInUse) { () throws(IOError) in
      try receiver.join(group, interfaceIndex: loopback)
    }
    try receiver.leave(group, interfaceIndex: loopback)
    expectError(.addressNotAvailable) { () throws(IOError) in
      try receiver.leave(group, interfaceAddress: .loopback)
    }
  }

  @Test
  func `an IPv6 group can be joined and left for one source`() throws {
    let group = try #require(IPv6Address("ff31::77:1"))
    let receiver = try UDPSocket(bindingTo: SocketAddress(v6: .any, port: 0))
    try receiver.join(group, from: .loopback, interfaceIndex: loopback)
    expectError(.addressNotAvailable) { () throws(IOError) in
      try receiver.join(group, from: .loopback, interfaceIndex: loopback)
    }
    try receiver.leave(group, from: .loopback, interfaceIndex: loopback)
    expectError(.addressNotAvailable, or: .invalidArgument) { () throws(IOError) in
      try receiver.leave(group, from: .loopback, interfaceIndex: loopback)
    }
  }

  @Test
  func `joining or leaving an address that is not a group is refused`() throws {
    let socket = try UDPSocket(.v4)
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try socket.join(.loopback, from: source)
    }
    #expect(error?.operation == .joinGroup)
    let other = expectError(.invalidArgument) { () throws(IOError) in
      try socket.leave(.loopback, from: source)
    }
    #expect(other?.operation == .leaveGroup)
    expectError(.addressNotAvailable, or: .invalidArgument) { () throws(IOError) in
      try socket.leave(group, from: source, interfaceIndex: loopback)
    }
  }

  @Test
  func `joining a group without an interface throws if no route leads to the group`() throws {
    let group = group
    let source = source
    let group6 = try #require(IPv6Address("ff31::77:1"))
    try withIsolatedNetwork {
      // The loopback interface is the only one, and no route to a group leads to it.
      let loopback = unsafe if_nametoindex("lo")
      let v4 = try UDPSocket(.v4)
      expectError(.notFound) { () throws(IOError) in try v4.join(group) }
      expectError(.notFound) { () throws(IOError) in try v4.join(group, from: source) }
      try v4.join(group, from: source, interfaceIndex: loopback)
      expectError(.notFound) { () throws(IOError) in try v4.leave(group, from: source) }
      let other = IPv4Address(232, 1, 77, 2)
      try v4.join(other, interfaceIndex: loopback)
      expectError(.notFound, or: .addressNotAvailable) { () throws(IOError) in try v4.leave(group) }
      let v6 = try UDPSocket(.v6)
      expectError(.notFound) { () throws(IOError) in try v6.join(group6) }
      expectError(.notFound) { () throws(IOError) in try v6.join(group6, from: .loopback) }
    }
  }

  @Test
  func `leaving an IPv6 group does not need the interface on which it was joined`() throws {
    let group = try #require(IPv6Address("ff31::77:1"))
    let source = try #require(IPv6Address("fd00::1"))
    let interfaces = try NetworkInterface.all()
    guard let other = interfaces.first(where: { $0.isUp && $0.canMulticast && !$0.isLoopback })
    else {
      try skip("groups on another interface", "the loopback interface is the only one")
    }
    let socket = try UDPSocket(.v6)
    try socket.join(group, interfaceIndex: other.index)
    try socket.leave(group)
    try socket.join(group, from: source, interfaceIndex: other.index)
    try socket.leave(group, from: source)
    for _ in 0..<2 {
      try socket.join(group, from: source, interfaceIndex: other.index)
      try socket.leave(group, from: source, interfaceIndex: other.index)
    }
  }

  @Test
  func `joining and leaving an IPv4 group need no interface if a route leads to the group`()
    throws
  {
    let socket = try UDPSocket(.v4)
    do throws(IOError) {
      try socket.join(group)
    } catch {
      try skip("groups without an interface", "no route leads to a group")
    }
    try socket.leave(group)
    try socket.join(group, from: source)
    try socket.leave(group, from: source)
  }

  private func send(_ bytes: [UInt8], from source: IPv4Address, to port: UInt16) throws {
    let sender = try UDPSocket(bindingTo: SocketAddress(v4: source, port: 0))
    try sender.set(.multicastInterfaceV4, to: .loopback)
    #expect(try sender.send(bytes.span, to: SocketAddress(v4: group, port: port)) == bytes.count)
  }
}
