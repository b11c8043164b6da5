import CMioSocket
import CMioErrors
import Glibc
import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct SocketOptionTests {
  @Test
  func `an option of any type can be set by its number`() throws {
    let tcp = try TCPSocket(.v4)
    let priority = SocketOption<UInt32>(level: SOL_SOCKET, name: SO_PRIORITY)
    try tcp.set(priority, to: 5)
    #expect(try tcp.value(of: priority) == 5)
    let idle = SocketOption<Duration>(level: Int32(IPPROTO_TCP), name: TCP_KEEPIDLE)
    try tcp.set(idle, to: .seconds(77))
    #expect(try tcp.value(of: .keepAliveIdle) == .seconds(77))
    #expect(try tcp.value(of: idle) == .seconds(77))
    let udp = try UDPSocket(.v4)
    let interface = SocketOption<IPv4Address>(level: Int32(IPPROTO_IP), name: IP_MULTICAST_IF)
    try udp.set(interface, to: .loopback)
    #expect(try udp.value(of: .multicastInterfaceV4) == .loopback)
    #expect(try udp.value(of: interface) == .loopback)
  }

  @Test
  func `Boolean options can be set and read back`() throws {
    let pair = try Loopback.pair()
    for option in [SocketOption<Bool>.noDelay, .keepAlive, .reuseAddress, .reusePort, .sharedPort] {
      for value in [true, false, true] {
        try pair.first.set(option, to: value)
        #expect(try pair.first.value(of: option) == value)
      }
    }
  }

  @Test
  func `options with a time can be set and read back, rounded up to their unit`() throws {
    let pair = try Loopback.pair()
    for option in [SocketOption<Duration>.keepAliveIdle, .keepAliveInterval] {
      try pair.first.set(option, to: .seconds(77))
      #expect(try pair.first.value(of: option) == .seconds(77))
      try pair.first.set(option, to: .milliseconds(1001))
      #expect(try pair.first.value(of: option) == .seconds(2))
    }
    try pair.first.set(.userTimeout, to: .microseconds(1500))
    #expect(try pair.first.value(of: .userTimeout) == .milliseconds(2))
    try pair.first.set(.keepAliveCount, to: 4)
    #expect(try pair.first.value(of: .keepAliveCount) == 4)
  }

  @Test
  func `the linger option is nil or a time`() throws {
    let pair = try Loopback.pair()
    #expect(try pair.first.value(of: .linger) == nil)
    for value in [Duration.zero, .seconds(3), nil] {
      try pair.first.set(.linger, to: value)
      #expect(try pair.first.value(of: .linger) == value)
    }
  }

  @Test
  func `buffer sizes and hop counts can be set and read back`() throws {
    let pair = try Loopback.pair()
    for option in [SocketOption<Int>.receiveBufferSize, .sendBufferSize] {
      try pair.first.set(option, to: 32_768)
      #expect(try pair.first.value(of: option) >= 32_768)
    }
    #expect(try pair.first.value(of: .timeToLive) > 0)
    try pair.first.set(.timeToLive, to: 10)
    #expect(try pair.first.value(of: .timeToLive) == 10)
    try pair.first.set(.typeOfService, to: 0x10)
    #expect(try pair.first.value(of: .typeOfService) == 0x10)

    let six = try TCPSocket(.v6)
    try six.set(.hopLimit, to: 12)
    #expect(try six.value(of: .hopLimit) == 12)
    try six.set(.trafficClass, to: 0x20)
    #expect(try six.value(of: .trafficClass) == 0x20)
    try six.set(.onlyV6, to: true)
    #expect(try six.value(of: .onlyV6))
  }

  @Test
  func `an option accepts the smallest and the largest value of its range`() throws {
    let v4 = try UDPSocket(.v4)
    try expectAccepted([255, 1], .timeToLive, v4)
    try expectAccepted([255, 0], .typeOfService, v4)
    try expectAccepted([255, 0], .multicastTimeToLive, v4)
    let v6 = try UDPSocket(.v6)
    for option in [SocketOption<Int>.hopLimit, .trafficClass, .multicastHopLimit] {
      try expectAccepted([255, 0], option, v6)
    }
    try expectAccepted([65_535, 0], .segmentSize, v6)
    let tcp = try TCPSocket(.v4)
    try expectAccepted([127, 1], .keepAliveCount, tcp)
    try expectAccepted([Int(Int32.max), 0], .unsentLimit, tcp)
    try expectAccepted([16, 0], .fastOpen, tcp)
    try expectAccepted([.milliseconds(Int32.max), .zero], .userTimeout, tcp)
    try expectAccepted([.seconds(32_767), .seconds(1)], .keepAliveIdle, tcp)
    // The system applies its own bounds to these sizes, so their values are not compared.
    for option in [SocketOption<Int>.receiveBufferSize, .sendBufferSize] {
      try tcp.set(option, to: 0)
    }
  }

  private func expectAccepted<Value: Equatable, Target: Socket & ~Copyable>(
    _ values: [Value], _ option: SocketOption<Value>, _ socket: borrowing Target,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for value in values {
      try socket.set(option, to: value)
      let read = try socket.value(of: option)
      #expect(read == value, sourceLocation: sourceLocation)
    }
  }

  @Test
  func `a text option accepts 15 bytes, and refuses 16 bytes and zero bytes`() throws {
    let socket = try UDPSocket(.v4)
    let device = SocketOption<String>(level: SOL_SOCKET, name: SO_BINDTODEVICE)
    // The length is permitted, but the system has no interface of this name.
    expectError(.notFound) { () throws(IOError) in
      try socket.set(device, to: String(repeating: "a", count: 15))
    }
    for text in [String(repeating: "a", count: 16), "lo\0"] {
      expectError(.invalidArgument) { () throws(IOError) in try socket.set(device, to: text) }
    }
  }

  // Linux would reduce a type of service modulo 256, and would treat a negative size as the largest
  // one.
  @Test(
    arguments: [
      (.timeToLive, [0, 256, -1, Int.max, Int.min]), (.typeOfService, [256, -1, 1 << 32]),
      (.receiveBufferSize, [-1, Int.min, 1 << 31]), (.sendBufferSize, [-1, Int.min, 1 << 31]),
      (.keepAliveCount, [0, -1, 128, Int.max]), (.unsentLimit, [-1, Int.max]),
    ] as [(SocketOption<Int>, [Int])])
  func `numbers out of range are refused, and the option is unchanged`(
    _ option: SocketOption<Int>, _ values: [Int]
  ) throws {
    let pair = try Loopback.pair()
    try expectRefused(values, option, pair.first)
  }

  // Linux would interpret -1 as the default value.
  @Test
  func `a multicast time to live out of range is refused, and keeps its value`() throws {
    try expectRefused([256, -1], .multicastTimeToLive, try UDPSocket(.v4))
  }

  @Test(
    arguments: [
      (.hopLimit, [256, -1, Int.max]), (.trafficClass, [256, -1, Int.min]),
      (.multicastHopLimit, [256, -1]), (.segmentSize, [65_536, -1]),
    ] as [(SocketOption<Int>, [Int])])
  func `numbers out of range are refused for IPv6 options, and the option is unchanged`(
    _ option: SocketOption<Int>, _ values: [Int]
  ) throws {
    try expectRefused(values, option, try UDPSocket(.v6))
  }

  // Linux would treat a negative linger time as a time without an end.
  @Test(
    arguments: [
      .seconds(Int64.max), .seconds(1 << 31), .seconds(-1), .nanoseconds(-1), .seconds(Int64.min),
    ] as [Duration])
  func `times out of range are refused, and the option is unchanged`(_ time: Duration) throws {
    let pair = try Loopback.pair()
    for option in [SocketOption<Duration>.keepAliveIdle, .keepAliveInterval, .userTimeout] {
      try expectRefused([time], option, pair.first)
    }
    try expectRefused([time], .linger, pair.first)
  }

  private func expectRefused<Value: Equatable, Target: Socket & ~Copyable>(
    _ values: [Value], _ option: SocketOption<Value>, _ socket: borrowing Target,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try socket.value(of: option)
    for value in values {
      let error = expectError(.invalidArgument, sourceLocation: sourceLocation) {
        () throws(IOError) in
        try socket.set(option, to: value)
      }
      #expect(error?.operation == .setOption, sourceLocation: sourceLocation)
    }
    let after = try socket.value(of: option)
    #expect(after == before, sourceLocation: sourceLocation)
  }

  @Test
  func `an option that the socket does not have is unsupported`() throws {
    let pair = try Loopback.pair()
    let error = expectError(.unsupported) { () throws(IOError) in
      _ = try pair.first.value(of: .onlyV6)
    }
    #expect(error?.code == Int32(C_MIO_EOPNOTSUPP) || error?.code == Int32(C_MIO_ENOPROTOOPT))
  }

  @Test
  func `accepted connections inherit the options of their listener`() throws {
    let socket = try TCPSocket(.v4)
    try socket.set(.keepAlive, to: true)
    try socket.bind(to: SocketAddress(v4: .loopback, port: 0))
    let listener = try socket.listen()
    let pair = try Loopback.pair(of: listener)
    #expect(try pair.second.value(of: .keepAlive))
  }

  @Test
  func `an option without a name here can be read and set by its number`() throws {
    let pair = try Loopback.pair()
    let maximumSegment = SocketOption<Int>(level: Int32(IPPROTO_TCP), name: TCP_MAXSEG)
    #expect(try pair.first.value(of: maximumSegment) > 0)
    let priority = SocketOption<Int>(level: SOL_SOCKET, name: SO_PRIORITY)
    try pair.first.set(priority, to: 3)
    #expect(try pair.first.value(of: priority) == 3)
    expectError(.unsupported) { () throws(IOError) in
      try pair.first.set(SocketOption<Int>(level: SOL_SOCKET, name: 9999), to: 1)
    }
  }

  @Test
  func `an option whose value is a record can be read and set by its bytes`() throws {
    let pair = try Loopback.pair()
    var value = timeval(tv_sec: 3, tv_usec: 0)
    try unsafe withUnsafeBytes(of: &value) { bytes throws(IOError) in
      try unsafe pair.first.writeOption(level: SOL_SOCKET, name: SO_RCVTIMEO, from: bytes)
    }
    var read = timeval()
    let count = try unsafe withUnsafeMutableBytes(of: &read) { bytes throws(IOError) in
      try unsafe pair.first.readOption(level: SOL_SOCKET, name: SO_RCVTIMEO, into: bytes)
    }
    #expect(count == MemoryLayout<timeval>.size && read.tv_sec == 3)
    expectError(.unsupported) { () throws(IOError) in
      try unsafe pair.first.readOption(
        level: SOL_SOCKET, name: 9999, into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
  }

  @Test
  func `an option whose value is a text can be read and set by its bytes`() throws {
    let socket = try UDPSocket(.v4)
    try socket.writeOption(level: SOL_SOCKET, name: SO_BINDTODEVICE, from: "lo".utf8Span.span)
    var bytes = [UInt8](repeating: 9, count: 16)
    var room = bytes.mutableSpan
    let count = try socket.readOption(level: SOL_SOCKET, name: SO_BINDTODEVICE, into: &room)
    #expect(Array(bytes[..<count]) == Array("lo\0".utf8))
    let error = expectError(.notFound) { () throws(IOError) in
      try socket.writeOption(level: SOL_SOCKET, name: SO_BINDTODEVICE, from: "none".utf8Span.span)
    }
    #expect(error?.code == ENODEV)
  }

  // Lengths are 32 bits wide in the system call.
  @Test
  func `the length of an option value is not truncated`() throws {
    let socket = try UDPSocket(.v4)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
    defer { unsafe memory.deallocate() }
    unsafe memory.storeBytes(of: 1, as: Int32.self)
    // No code may read the memory behind the first eight bytes, which does not exist.
    let large = unsafe UnsafeMutableRawBufferPointer(start: memory.baseAddress, count: 1 << 32 + 4)
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try unsafe socket.writeOption(
        level: SOL_SOCKET, name: SO_BROADCAST, from: UnsafeRawBufferPointer(large))
    }
    #expect(error?.operation == .setOption)
    #expect(try !socket.value(of: .broadcast))
    let huge = unsafe UnsafeMutableRawBufferPointer(start: memory.baseAddress, count: 1 << 32)
    #expect(try unsafe socket.readOption(level: SOL_SOCKET, name: SO_TYPE, into: huge) == 4)
  }

  /// Options without a name in Mio can also be used, even before the bind.
  @Test
  func `options of several protocols can be used by their numbers`() throws {
    let socket = try UDPSocket(.v4)
    let type = SocketOption<Int>(level: SOL_SOCKET, name: SO_TYPE)
    #expect(try socket.value(of: type) == Int(SOCK_DGRAM.rawValue))
    let path = SocketOption<Int>(level: Int32(IPPROTO_IP), name: IP_MTU_DISCOVER)
    try socket.set(path, to: Int(IP_PMTUDISC_PROBE))  // don't fragment, as QUIC wants it
    #expect(try socket.value(of: path) == Int(IP_PMTUDISC_PROBE))
    let free = SocketOption<Bool>(level: Int32(IPPROTO_IP), name: IP_FREEBIND)
    try socket.set(free, to: true)
    try socket.bind(to: SocketAddress(v4: IPv4Address(192, 0, 2, 1), port: 0))  // not ours

    let member = try UDPSocket(.v4)
    var source = ip_mreq_source(
      imr_multiaddr: in_addr(s_addr: IPv4Address(232, 1, 1, 1).bits.bigEndian),
      imr_interface: in_addr(s_addr: IPv4Address.loopback.bits.bigEndian),
      imr_sourceaddr: in_addr(s_addr: IPv4Address.loopback.bits.bigEndian))
    try unsafe withUnsafeBytes(of: &source) { bytes throws(IOError) in
      try unsafe member.writeOption(
        level: Int32(IPPROTO_IP), name: IP_ADD_SOURCE_MEMBERSHIP, from: bytes)
    }

    let pair = try Loopback.pair()
    var state: [UInt8] = [0]  // `tcp_info` begins with it
    var room = state.mutableSpan
    #expect(try pair.first.readOption(level: Int32(IPPROTO_TCP), name: TCP_INFO, into: &room) == 1)
    #expect(state == [1], "not established")
    let listener = try TCPSocket(.v4)
    try listener.set(SocketOption<Int>(level: Int32(IPPROTO_TCP), name: TCP_FASTOPEN), to: 16)
  }

  @Test
  func `using an option that the system does not have throws an unsupported error`() throws {
    let socket = try UDPSocket(.v4)
    let errors = [
      expectError(.unsupported) { () throws(IOError) in try socket.value(of: .reportsUnreachable) },
      expectError(.unsupported) { () throws(IOError) in
        try socket.set(.reportsUnreachable, to: true)
      },
    ]
    #expect(errors.map { $0?.code } == [EOPNOTSUPP, EOPNOTSUPP])
  }

  @Test
  func `options of another address family are unsupported`() throws {
    let unix = try UnixStream.pair()
    expectError(.unsupported) { () throws(IOError) in try unix.first.set(.noDelay, to: true) }
    let v4 = try UDPSocket(.v4)
    expectError(.unsupported) { () throws(IOError) in try v4.value(of: .onlyV6) }
    expectError(.unsupported) { () throws(IOError) in try v4.set(.multicastLoopV6, to: true) }
    #expect(try UDPSocket(.v6).value(of: .onlyV6) == false)
  }
}
