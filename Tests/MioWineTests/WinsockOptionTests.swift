import MioCore
import MioNet
import TestHelpers
import Testing

/// Options for which Winsock has its own numbers.
@Suite(.guardingDescriptors)
struct WinsockOptionTests {
  @Test
  func `TCP options can be set and read back`() throws {
    let stream = try Loopback.pair().first
    for value in [true, false] {
      try expect(.noDelay, value, of: stream)
      try expect(.keepAlive, value, of: stream)
    }
    try expect(.receiveBufferSize, 20_000, of: stream)
    try expect(.sendBufferSize, 30_000, of: stream)
    try expect(.timeToLive, 77, of: stream)
    #expect(try !stream.value(of: .isListening))
    #expect(try Loopback.listener().value(of: .isListening))
  }

  @Test(arguments: [nil, .zero, .seconds(5)] as [Duration?])
  func `the linger option can be set and read back`(time: Duration?) throws {
    try expect(.linger, time, of: try Loopback.pair().first)
  }

  @Test
  func `a time to linger that does not fit is refused`() throws {
    let stream = try Loopback.pair().first
    expectError(.invalidArgument) { () throws(IOError) in
      try stream.set(.linger, to: .seconds(65_536))
    }
    #expect(try stream.value(of: .linger) == nil)
  }

  @Test
  func `UDP options can be set and read back`() throws {
    let socket = try Loopback.udpSocket()
    for value in [true, false] {
      try expect(.broadcast, value, of: socket)
      try expect(.multicastLoopV4, value, of: socket)
    }
    try expect(.multicastTimeToLive, 9, of: socket)
    try expect(.multicastInterfaceV4, .loopback, of: socket)
  }

  @Test
  func `IPv6 options can be set and read back`() throws {
    let socket = try UDPSocket(.v6)
    #expect(try !socket.value(of: .onlyV6))
    try expect(.onlyV6, true, of: socket)
    try expect(.multicastHopLimit, 9, of: socket)
    try expect(.multicastLoopV6, false, of: socket)
  }

  @Test
  func `the reusePort option is unsupported on Windows`() throws {
    let stream = try Loopback.pair().first
    expectError(.unsupported) { () throws(IOError) in try stream.set(.reusePort, to: true) }
    expectError(.unsupported) { () throws(IOError) in try stream.value(of: .reusePort) }
  }

  @Test
  func `a socket can be bound to an interface by its index`() throws {
    try expect(.interfaceV4, 1, of: try Loopback.udpSocket())
  }

  @Test
  func `other options that Windows does not have are unsupported`() throws {
    let stream = try Loopback.pair().first
    for option in [SocketOption<Bool>.cork, .fastOpenConnect, .transparentV4, .freeBindV4] {
      expectError(.unsupported) { () throws(IOError) in try stream.set(option, to: true) }
    }
    expectError(.unsupported) { () throws(IOError) in try stream.set(.mark, to: 1) }
    expectError(.unsupported) { () throws(IOError) in try stream.set(.unsentLimit, to: 1) }
    expectError(.unsupported) { () throws(IOError) in
      try stream.set(.deferAccept, to: .seconds(1))
    }
    expectError(.unsupported) { () throws(IOError) in
      try stream.value(of: .congestionControl)
    }
    expectError(.unsupported) { () throws(IOError) in
      try stream.write(contentsOf: stream.descriptor, at: 0, count: 1)
    }
  }

  private func expect<Value: Equatable, Target: Socket & ~Copyable>(
    _ option: SocketOption<Value>, _ value: Value, of socket: borrowing Target
  ) throws {
    try socket.set(option, to: value)
    #expect(try socket.value(of: option) == value)
  }
}
