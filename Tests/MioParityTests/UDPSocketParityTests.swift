import MioCore
import MioNet
import TestHelpers
import Testing

/// The counterparts of mio's `tests/udp_socket.rs`.
///
/// `UDPSocketParityTests+Polling.swift` has the counterparts that test the events of a poll.
@Suite(.guardingDescriptors)
struct UDPSocketParityTests {
  @Test
  func `a socket has the size of a descriptor and two words`() {
    #expect(MemoryLayout<UDPSocket>.size == 3 * MemoryLayout<UInt>.size)
  }

  @Test
  func `threads can share a socket`() {
    expectSendable(UDPSocket.self)
  }

  @Test(arguments: TestedSelector.allCases, [IPVersion.v4, .v6])
  func `sockets without peers are reported, and transfer messages`(
    _ selector: TestedSelector, _ version: IPVersion
  ) throws {
    let pair = try Loopback.udpPair(version, connected: false)
    try expectDatagrams(pair.first, pair.second, connected: false, selector)
  }

  @Test(arguments: TestedSelector.allCases, [IPVersion.v4, .v6])
  func `sockets with peers are reported, and transfer messages`(
    _ selector: TestedSelector, _ version: IPVersion
  ) throws {
    let pair = try Loopback.udpPair(version)
    try expectDatagrams(pair.first, pair.second, connected: true, selector)
  }

  @Test(arguments: TestedSelector.allCases, [false, true])
  func `adopted sockets are reported, and transfer messages`(
    _ selector: TestedSelector, _ connected: Bool
  ) throws {
    let pair = try Loopback.udpPair(connected: connected)
    let first = try pair.first.fromElsewhere()
    let second = try pair.second.fromElsewhere()
    try expectDatagrams(first, second, connected: connected, selector)
  }

  @Test
  func `options can be set and read`() throws {
    let v4 = try Loopback.udpSocket()
    try v4.set(.timeToLive, to: 10)
    #expect(try v4.value(of: .timeToLive) == 10)
    try v4.set(.multicastTimeToLive, to: 10)
    #expect(try v4.value(of: .multicastTimeToLive) == 10)
    let v6 = try Loopback.udpSocket(.v6)
    for value in [true, false] {
      try v4.set(.broadcast, to: value)
      #expect(try v4.value(of: .broadcast) == value)
      try v4.set(.multicastLoopV4, to: value)
      #expect(try v4.value(of: .multicastLoopV4) == value)
      try v6.set(.multicastLoopV6, to: value)
      #expect(try v6.value(of: .multicastLoopV6) == value)
    }
  }

  @Test
  func `options have default values`() throws {
    let v4 = try Loopback.udpSocket()
    #expect(try v4.value(of: .timeToLive) > 0)
    #expect(try v4.value(of: .broadcast) == false)
    #expect(try v4.value(of: .multicastLoopV4) == true)
    #expect(try v4.value(of: .multicastTimeToLive) == 1)
    #expect(try Loopback.udpSocket(.v6).value(of: .multicastLoopV6) == true)
  }

  @Test
  func `a descriptor that is taken and adopted keeps its number and address`() throws {
    try expectSame(afterAdopting: try Loopback.udpSocket())
  }
}
