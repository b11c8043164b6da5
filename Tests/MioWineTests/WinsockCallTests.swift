import CWinsockRecorder
import MioCore
import MioNet
import TestHelpers
import Testing

/// The calls to Winsock that have no effect under Wine.
@Suite(.guardingDescriptors)
struct WinsockCallTests {
  // The codes of mswsock.h and mstcpip.h.
  private static let (connectionReset, networkReset): (Int64, Int64) = (0x9800_000C, 0x9800_000F)
  private static let (initialTimeout, function): (Int64, Int64) = (0x9800_0011, 0xC800_0006)

  private func calls(_ kind: Int32, _ body: () throws -> Void) throws -> [c_winsock_call] {
    c_winsock_record()
    var calls = [c_winsock_call](repeating: c_winsock_call(), count: 256)
    let result = Result { try body() }
    let count = unsafe c_winsock_recorded(&calls, 256)
    try result.get()
    return calls[..<min(Int(count), 256)].filter { $0.kind == kind }
  }

  private func controls(_ body: () throws -> Void) throws -> [Int64: [Int64]] {
    let calls = try calls(C_WINSOCK_CONTROL, body)
    return Dictionary(grouping: calls, by: \.name).mapValues { $0.map(\.value) }
  }

  @Test
  func `a UDP socket disables reports of undeliverable messages, unless they are requested`() throws
  {
    let made = try controls { _ = try UDPSocket(.v4) }
    #expect(made[Self.connectionReset] == [0] && made[Self.networkReset] == [0])
    let descriptor = try UDPSocket(.v4).takeDescriptor()
    let adopted = try controls { _ = try UDPSocket(adopting: descriptor) }
    #expect(adopted[Self.connectionReset] == [0] && adopted[Self.networkReset] == [0])
    let socket = try UDPSocket(.v4)
    let told = try controls { try socket.set(.reportsUnreachable, to: true) }
    #expect(told[Self.connectionReset] == [1] && told[Self.networkReset] == [1])
    let stream = try controls { _ = try TCPSocket(.v4) }
    #expect(stream.isEmpty)
  }

  @Test(
    arguments: [
      (0, 0), (1, 1), (200, 200), (201, -201), (4096, -4096), (-1, 0x7FFF_FFFF),
      (.min, 0x7FFF_FFFF),
    ] as [(Int32, Int64)])
  func `a backlog above 200 is passed as a hint`(_ backlog: Int32, _ asked: Int64) throws {
    let calls = try calls(C_WINSOCK_LISTEN) {
      _ = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0), backlog: backlog)
    }
    #expect(calls.map(\.value) == [asked])
  }

  @Test
  func `a listener binds its address exclusively`() throws {
    let calls = try calls(C_WINSOCK_OPTION) { _ = try Loopback.listener() }
    // SO_EXCLUSIVEADDRUSE is the complement of SO_REUSEADDR, which is 4.
    #expect(calls.contains { $0.level == 0xFFFF && $0.name == ~4 && $0.value == 1 })
    #expect(!calls.contains { $0.level == 0xFFFF && $0.name == 4 })
  }

  @Test(arguments: [
    ("127.0.0.1:9", true), ("127.200.0.1:9", true), ("[::1]:9", true),
    ("[::ffff:127.0.0.1]:9", true),
    ("10.0.0.1:9", false), ("[::2]:9", false), ("[::ffff:10.0.0.1]:9", false),
  ])
  func `a connect to a loopback address sends only one request`(
    _ text: String, _ isLoopback: Bool
  ) throws {
    let address = try #require(SocketAddress(text))
    let controls = try controls {
      // The result of the connect does not matter.
      _ = try? TCPStream(connectingTo: address)
    }
    #expect(controls[Self.initialTimeout] == (isLoopback ? [0xFE00FE] : nil))
    let datagrams = try self.controls { try? UDPSocket(for: address).connect(to: address) }
    #expect(datagrams[Self.initialTimeout] == nil)
  }

  @Test
  func `the functions of a provider are queried once`() throws {
    let pair = try Loopback.udpPair()
    try pair.first.set(.receivePacketInfoV4, to: true)
    func exchange() throws {
      #expect(try pair.second.send([1]) == 1)
      var ancillary = try ReceivedAncillaryData(capacity: 512)
      var buffer: [UInt8] = [0]
      var room = buffer.mutableSpan
      while try pair.first.receive(into: &room, ancillary: &ancillary) == nil {}
    }
    try exchange()
    let controls = try controls { for _ in 0..<3 { try exchange() } }
    #expect(controls[Self.function] == nil)
  }

  @Test
  func `an option of any level is passed to Winsock`() throws {
    let socket = try UDPSocket(.v4)
    let calls = try calls(C_WINSOCK_OPTION) {
      for bytes in [[], [1, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7, 8, 9]] as [[UInt8]] {
        #expect(throws: IOError.self) {
          try socket.writeOption(level: -2, name: 0, from: bytes.span)
        }
      }
      // SO_EXCLUSIVEADDRUSE has a negative number. Its bytes have no alignment here.
      let bytes: [UInt8] = [9, 1, 0, 0, 0]
      try socket.writeOption(level: 0xFFFF, name: ~4, from: bytes.span.extracting(1..<5))
    }
    #expect(calls.map(\.level) == [-2, -2, -2, 0xFFFF])
    var value = [0 as UInt8, 0, 0, 0, 0]
    let count = try unsafe value.withUnsafeMutableBytes { room in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[1...])
      return try unsafe socket.readOption(level: 0xFFFF, name: ~4, into: rest)
    }
    #expect(count == 4 && value == [0, 1, 0, 0, 0])
  }
}
