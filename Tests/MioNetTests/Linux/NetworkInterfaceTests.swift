import CMioSocket
import CTestHelpers
import Glibc
import MioCore
@testable import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct NetworkInterfaceTests {
  @Test
  func `the loopback interface is listed with its addresses`() throws {
    let all = try NetworkInterface.all()
    #expect(Set(all.map(\.name)).count == all.count, "an interface twice")
    let loopback = try #require(all.first { $0.name == "lo" })
    #expect(loopback.isUp && loopback.isLoopback)
    let index = unsafe if_nametoindex("lo")
    #expect(loopback.index == index)
    let v4 = loopback.addresses.first { $0.ip == .v4(.loopback) }
    let v6 = loopback.addresses.first { $0.ip == .v6(.loopback) }
    #expect(v4?.prefixLength == 8 && v6?.prefixLength == 128)
  }

  @Test
  func `sockets can be bound to the listed addresses of interfaces`() throws {
    for interface in try NetworkInterface.all() where interface.isUp {
      for address in interface.addresses {
        let name =
          switch address.ip {
          case .v4(let ip): SocketAddress(v4: ip, port: 0)
          case .v6(let ip):
            SocketAddress(v6: ip, port: 0, scopeID: ip.isLinkLocal ? interface.index : 0)
          }
        _ = try UDPSocket(bindingTo: name)
      }
    }
  }

  @Test
  func `interfaces without addresses and interfaces that are down are listed`() throws {
    try withIsolatedNetwork {
      #expect(try NetworkInterface.all().map(\.name).contains("lo"))
      let all = try NetworkInterface.all()
      #expect(all.filter(\.isLoopback).map(\.name) == ["lo"])
    }
  }

  @Test
  func `the flags of an interface determine whether it is up and can multicast`() throws {
    try withIsolatedNetwork {
      for isUp in [false, true] {
        for canMulticast in [false, true] {
          let flags = (isUp ? IFF_UP : 0) | (canMulticast ? IFF_MULTICAST : 0)
          #expect(c_test_set_loopback_flags(Int32(flags)) == 0)
          let interfaces = try NetworkInterface.all()
          #expect(interfaces.count == 1)
          #expect(interfaces[0].isLoopback)
          #expect(interfaces[0].isUp == isUp && interfaces[0].canMulticast == canMulticast)
        }
      }
    }
  }

  @Test
  func `the list of interfaces contains each address once, with its prefix length`() throws {
    try withIsolatedNetwork {
      var expected: Set<NetworkInterface.Address> = []
      for interface in try NetworkInterface.all() { expected.formUnion(interface.addresses) }
      #expect(
        expected == [
          .init(ip: .v4(.loopback), prefixLength: 8), .init(ip: .v6(.loopback), prefixLength: 128),
        ])
      for length in 1...128 as ClosedRange<UInt32> {
        // Every second address is link-local.
        let high: UInt64 = length % 2 == 0 ? 0xfe80_0000_0000_0000 : 0xfd00_1234_5678_9abc
        let ip = IPv6Address(high: high, low: UInt64(length))
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: ip.bits >> (120 - 8 * $0)) }
        #expect(unsafe c_test_add_loopback_address(bytes, length) == 0)
        expected.insert(.init(ip: .v6(ip), prefixLength: Int(length)))
      }
      let interfaces = try NetworkInterface.all()
      #expect(interfaces.map(\.name) == ["lo"])
      #expect(interfaces[0].addresses.count == expected.count)
      #expect(Set(interfaces[0].addresses) == expected)
    }
  }

  @Test
  func `listing the interfaces throws if the process has no free descriptor`() {
    withDescriptorsLeft(0) {
      let error = expectError(.tooManyOpenFiles) { () throws(IOError) in
        try NetworkInterface.all()
      }
      #expect(error?.operation == .findInterface)
    }
  }

  @Test
  func `interfaces that do not fit into the buffer are counted, but not written`() {
    var records = [c_mio_interface](repeating: c_mio_interface(), count: 4)
    for index in records.indices { records[index].index = 9999 }
    let all = unsafe c_mio_list_interfaces(&records, 0)
    #expect(all >= 2)
    #expect(records.allSatisfy { $0.index == 9999 })
    #expect(unsafe c_mio_list_interfaces(&records, 1) == all)
    #expect(records.map { $0.index == 9999 } == [false, true, true, true])
  }

  @Test
  func `the name and the index of an interface can be converted to each other`() throws {
    for interface in try NetworkInterface.all() {
      #expect(try NetworkInterface.index(of: interface.name) == interface.index)
      #expect(try NetworkInterface.name(of: interface.index) == interface.name)
    }
    let error = expectError(.notFound) { () throws(IOError) in
      try NetworkInterface.index(of: "nothing")
    }
    #expect(error?.operation == .findInterface)
    expectError(.notFound) { () throws(IOError) in try NetworkInterface.index(of: "lo\0evil") }
    for index in [0, UInt32.max] {
      expectError(.notFound) { () throws(IOError) in try NetworkInterface.name(of: index) }
    }
  }
}
