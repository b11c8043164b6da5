import CLibrary
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct MulticastTests {
  private let group = IPv4Address(239, 255, 77, 1)
  private let group6 = IPv6Address("ff11::77:1")

  @Test
  func `multicast options can be read and set`() throws {
    let v4 = try UDPSocket(.v4)
    #expect(try v4.value(of: .multicastLoopV4))
    try v4.set(.multicastLoopV4, to: false)
    #expect(try !v4.value(of: .multicastLoopV4))
    #expect(try v4.value(of: .multicastTimeToLive) == 1)
    try v4.set(.multicastTimeToLive, to: 10)
    #expect(try v4.value(of: .multicastTimeToLive) == 10)
    expectError(.invalidArgument) { () throws(IOError) in
      try v4.set(.multicastTimeToLive, to: 256)
    }
    #expect(try v4.value(of: .multicastInterfaceV4) == .any)
    try v4.set(.multicastInterfaceV4, to: .loopback)
    #expect(try v4.value(of: .multicastInterfaceV4) == .loopback)
    let v6 = try UDPSocket(.v6)
    #expect(try v6.value(of: .multicastLoopV6))
    try v6.set(.multicastLoopV6, to: false)
    #expect(try !v6.value(of: .multicastLoopV6))
    try v6.set(.multicastHopLimit, to: 7)
    #expect(try v6.value(of: .multicastHopLimit) == 7)
    try v6.set(.multicastInterfaceV6, to: loopbackIndex)
    #expect(try v6.value(of: .multicastInterfaceV6) == loopbackIndex)
  }

  @Test
  func `members of an IPv4 group receive the messages to the group`() throws {
    let receiver = try UDPSocket(bindingTo: SocketAddress(v4: .any, port: 0))
    try receiver.join(group, interfaceAddress: .loopback)
    let sender = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    try sender.set(.multicastInterfaceV4, to: .loopback)
    let target = SocketAddress(v4: group, port: try receiver.localAddress.port)
    #expect(try sender.send([1].span, to: target) == 1)
    #expect(try Received.next(from: receiver).bytes == [1])
    try receiver.leave(group, interfaceAddress: .loopback)
    #expect(try sender.send([2].span, to: target) == 1)
    #expect(try sender.send([3].span, to: try receiver.loopbackAddress) == 1)
    #expect(try Received.next(from: receiver).bytes == [3], "it still listens to the group")
  }

  // The loopback interface has no routes for IPv6 groups, so the test sends no message to one.
  @Test(.needs(.exactErrors))
  func `an IPv6 group can be joined and left`() throws {
    let group = try #require(group6)
    let receiver = try UDPSocket(bindingTo: SocketAddress(v6: .any, port: 0))
    try receiver.join(group, interfaceIndex: loopbackIndex)
    expectError(.addressInUse) { () throws(IOError) in
      try receiver.join(group, interfaceIndex: loopbackIndex)
    }
    try receiver.leave(group, interfaceIndex: loopbackIndex)
    expectError(.addressNotAvailable) { () throws(IOError) in
      try receiver.leave(group, interfaceIndex: loopbackIndex)
    }
  }

  @Test(.needs(.exactErrors))
  func `joining or leaving a group that is not valid or not joined throws`() throws {
    let group6 = try #require(group6)
    let v4 = try UDPSocket(.v4)
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try v4.join(IPv4Address.loopback)
    }
    #expect(error?.operation == .joinGroup)
    expectError(.invalidArgument) { () throws(IOError) in try v4.leave(IPv4Address.loopback) }
    expectError(.addressNotAvailable) { () throws(IOError) in
      try v4.leave(group, interfaceAddress: .loopback)
    }
    try v4.join(group, interfaceAddress: .loopback)
    expectError(.addressInUse) { () throws(IOError) in
      try v4.join(group, interfaceAddress: .loopback)
    }
    let v6 = try UDPSocket(.v6)
    expectError(.invalidArgument) { () throws(IOError) in try v6.join(IPv6Address.loopback) }
    expectError(.invalidArgument) { () throws(IOError) in try v6.leave(IPv6Address.loopback) }
    expectError(.unsupported) { () throws(IOError) in try v4.join(group6) }
    // An IPv4 group is not a valid IPv6 group.
    expectError(.invalidArgument) { () throws(IOError) in
      try v6.join(IPv6Address(ipv4Mapped: group))
    }
  }

  @Test(.needs(.exactErrors))
  func `joining on an interface that does not exist throws`() throws {
    let group6 = try #require(group6)
    let nobody = IPv4Address(192, 0, 2, 1)
    let v4 = try UDPSocket(.v4)
    let v6 = try UDPSocket(.v6)
    let error = expectError(.notFound) { () throws(IOError) in
      try v4.join(group, interfaceAddress: nobody)
    }
    #expect(error == IOError(code: ENODEV, operation: .joinGroup))
    expectError(.notFound) { () throws(IOError) in try v6.join(group6, interfaceIndex: .max) }
    expectError(.notFound) { () throws(IOError) in
      try v6.set(.multicastInterfaceV6, to: .max)
    }
    expectError(.addressNotAvailable) { () throws(IOError) in
      try v4.set(.multicastInterfaceV4, to: nobody)
    }
  }

  private var loopbackIndex: UInt32 { unsafe if_nametoindex("lo") }
}

extension UDPSocket {
  /// The address at which other sockets of this machine reach the socket.
  fileprivate var loopbackAddress: SocketAddress {
    get throws(IOError) { SocketAddress(v4: .loopback, port: try localAddress.port) }
  }
}
