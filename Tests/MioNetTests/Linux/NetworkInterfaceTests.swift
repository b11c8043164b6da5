import CMioSocket
import Glibc
import MioCore
import MioNet
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
