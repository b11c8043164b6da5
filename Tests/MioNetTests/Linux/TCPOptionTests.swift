import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The effects of TCP options.
@Suite(.guardingDescriptors)
struct TCPOptionTests {
  @Test
  func `the measurements of a TCP connection are reported`() throws {
    let pair = try Loopback.pair()
    for _ in 0..<4 {
      #expect(try pair.first.send([1]) == 1)
      #expect(try pair.second.receive() == [1])
      #expect(try pair.second.send([2]) == 1)
      #expect(try pair.first.receive() == [2])
    }
    let info = try pair.first.tcpInfo
    #expect(info.state == .established)
    let roundTrip = try #require(info.roundTripTime)
    let shortest = try #require(info.shortestRoundTripTime)
    #expect(roundTrip > .zero && roundTrip < .seconds(1))
    #expect(shortest <= roundTrip * 2 && shortest < .seconds(1))
    #expect(try #require(info.roundTripVariation) < .seconds(1))
    #expect(try #require(info.retransmissionTimeout) >= .milliseconds(200))
    let segment = try #require(info.segmentSize)
    #expect(segment > 500)
    #expect(try #require(info.congestionWindow) >= segment)
    #expect(try #require(info.peerWindow) > 1000)
    #expect(info.retransmittedSegments == 0 && info.unsentBytes == 0)

    try pair.first.fill()
    #expect(try #require(try pair.first.tcpInfo.unsentBytes) > 0)
    try pair.first.shutdown(.write)
    #expect(try [.finWait1, .established].contains(pair.first.tcpInfo.state))
  }

  /// The positions are those of `struct tcp_info` in `linux/tcp.h`.
  @Test
  func `each TCP measurement is read from the field of the kernel with the same name`() throws {
    let pair = try Loopback.pair()
    for _ in 0..<4 {
      #expect(try pair.first.send([1]) == 1)
      #expect(try pair.second.receive() == [1])
      #expect(try pair.second.send([2]) == 1)
      #expect(try pair.first.receive() == [2])
    }
    try pair.first.fill()
    // A segment that arrives between the two queries changes the record.
    var record: [UInt8] = []
    var info = try pair.first.tcpInfo
    repeat {
      info = try pair.first.tcpInfo
      record = try rawInfo(of: pair.first)
    } while try info != pair.first.tcpInfo
    func number(at position: Int) -> Int {
      record[position..<position + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    #expect(info.retransmissionTimeout == .microseconds(number(at: 8)))
    #expect(info.segmentSize == number(at: 16))
    #expect(info.unacknowledgedSegments == number(at: 24))
    #expect(info.roundTripTime == .microseconds(number(at: 68)))
    #expect(info.roundTripVariation == .microseconds(number(at: 72)))
    #expect(info.congestionWindow == number(at: 80) * number(at: 16))
    #expect(info.retransmittedSegments == number(at: 100))
    #expect(info.unsentBytes == number(at: 144))
    #expect(info.shortestRoundTripTime == .microseconds(number(at: 148)))
    #expect(info.peerWindow == number(at: 228))
  }

  private func rawInfo(of stream: borrowing TCPStream) throws(IOError) -> [UInt8] {
    var record = [UInt8](repeating: 0, count: 232)
    var room = record.mutableSpan
    #expect(try stream.readOption(level: Int32(IPPROTO_TCP), name: TCP_INFO, into: &room) == 232)
    return record
  }

  /// The record became longer in Linux 4.6, in 4.9, and in 5.4.
  @Test(arguments: [104, 148, 160, 228, 232] as [UInt32])
  func `TCP measurements that an older kernel does not provide are nil`(_ size: UInt32) throws {
    let pair = try Loopback.pair()
    let all = try pair.first.tcpInfo
    let info = try withOptions(of: size) { () throws(IOError) in try pair.first.tcpInfo }
    #expect(info.state == .established && info.segmentSize == all.segmentSize)
    #expect(info.retransmittedSegments == 0)
    #expect((info.unsentBytes == nil) == (size < 152))
    #expect((info.shortestRoundTripTime == nil) == (size < 152))
    #expect((info.peerWindow == nil) == (size < 232))
  }

  @Test
  func `the shortest round-trip time is nil until it has been measured`() throws {
    #expect(try TCPSocket(.v4).tcpInfo.shortestRoundTripTime == nil)
    #expect(try Loopback.pair().first.tcpInfo.shortestRoundTripTime != nil)
  }

  @Test
  func `the state of a TCP connection is reported`() throws {
    let listener = try Loopback.listener()
    #expect(try listener.tcpInfo.state == .listening)
    #expect(try TCPSocket(.v6).tcpInfo.state == .closed)
    let pair = try Loopback.pair(of: listener)
    try pair.first.shutdown(.write)
    #expect(try pair.second.receive() == [])
    #expect(try pair.second.tcpInfo.state == .closeWait)
    #expect(try [.finWait1, .finWait2].contains(pair.first.tcpInfo.state))
    let error = expectError(.unsupported) { () throws(IOError) in try UDPSocket(.v4).tcpInfo }
    #expect(error?.operation == .getOption)
  }

  @Test
  func `a corked stream does not send an incomplete segment`() throws {
    let pair = try Loopback.pair()
    try pair.first.set(.cork, to: true)
    #expect(try pair.first.value(of: .cork))
    #expect(try pair.first.send([1]) == 1)
    #expect(try pair.first.send([2, 3]) == 2)
    #expect(try pair.first.tcpInfo.unsentBytes == 3)
    #expect(try pair.second.receive() == nil)
    try pair.first.set(.cork, to: false)
    #expect(try pair.second.receive() == [1, 2, 3])
  }

  @Test
  func `a stream with an unsent limit accepts fewer bytes`() throws {
    let free = try Loopback.pair()
    let limited = try Loopback.pair()
    try limited.first.set(.unsentLimit, to: 16_384)
    #expect(try limited.first.value(of: .unsentLimit) == 16_384)
    let most = try free.first.fill()
    let least = try limited.first.fill()
    let waiting = try #require(try limited.first.tcpInfo.unsentBytes)
    let waitingFreely = try #require(try free.first.tcpInfo.unsentBytes)
    #expect(waiting < waitingFreely && least < most)
    #expect(waiting < 200_000)
    expectError(.invalidArgument) { () throws(IOError) in
      try free.first.set(.unsentLimit, to: -1)
    }
  }

  @Test
  func `the congestion control algorithm can be read and set by its name`() throws {
    let pair = try Loopback.pair()
    #expect(try !pair.first.value(of: .congestionControl).isEmpty)
    try pair.first.set(.congestionControl, to: "reno")  // every Linux has it
    #expect(try pair.first.value(of: .congestionControl) == "reno")
    expectError(.notFound, or: .permissionDenied) { () throws(IOError) in
      try pair.first.set(.congestionControl, to: "nothing")
    }
    for name in ["a name, 16 bytes", "re\0no"] {
      let error = expectError(.invalidArgument) { () throws(IOError) in
        try pair.first.set(.congestionControl, to: name)
      }
      #expect(error?.code == 0)
    }
    #expect(try pair.first.value(of: .congestionControl) == "reno")
  }

  @Test
  func `a listener with deferAccept waits for the first bytes`() throws {
    let listener = try Loopback.listener()
    try listener.set(.deferAccept, to: .milliseconds(1500))
    #expect(try listener.value(of: .deferAccept) >= .seconds(2))
    let client = try TCPStream(connectingTo: try listener.localAddress)
    #expect(try client.finishConnect() == .connected)
    let nobody = try listener.accept() == nil
    #expect(nobody)
    #expect(try client.send([1]) == 1)
    let server = try listener.acceptAnnounced().stream
    #expect(try server.receive() == [1])
  }

  @Test
  func `with Fast Open the first bytes are sent with the connect request`() throws {
    // For clients and listeners, without cookies: ip-sysctl.
    try withIsolatedNetwork(settings: ["tcp_fastopen": "1543"]) {
      let listening = try TCPSocket(.v4)
      try listening.set(.fastOpen, to: 16)
      #expect(try listening.value(of: .fastOpen) == 16)
      try listening.bind(to: SocketAddress(v4: .loopback, port: 0))
      let listener = try listening.listen()

      let connecting = try TCPSocket(.v4)
      try connecting.set(.fastOpenConnect, to: true)
      #expect(try connecting.value(of: .fastOpenConnect))
      let client = try connecting.connect(to: try listener.localAddress)
      let nobody = try listener.accept() == nil
      #expect(nobody, "the request was sent before the first write")
      #expect(try client.send([1, 2]) == 2)
      let server = try listener.acceptAnnounced().stream
      #expect(try server.receive() == [1, 2])
      #expect(try server.send([3]) == 1)
      #expect(try client.receive() == [3])
    }
  }

  @Test
  func `an option whose value is a text can be used by its number`() throws {
    let socket = try UDPSocket(.v4)
    let device = SocketOption<String>(level: SOL_SOCKET, name: SO_BINDTODEVICE)
    #expect(try socket.value(of: device) == "")
    try socket.set(device, to: "lo")
    #expect(try socket.value(of: device) == "lo")
    expectError(.notFound) { () throws(IOError) in try socket.set(device, to: "none") }
  }
}
