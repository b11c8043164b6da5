import Glibc
import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// A listener without free descriptors neither spins nor loses connections.
@Suite(.guardingDescriptors)
struct DescriptorExhaustionTests {
  @Test(arguments: TestedSelector.allCases, [TriggerMode.edge, .oneShot])
  func `without descriptors a listener reports nothing, until it is reregistered`(
    _ selector: TestedSelector, _ mode: TriggerMode
  ) throws {
    let poll = try selector.makePoll()
    let listener = try Loopback.listener()
    try poll.register(listener, token: 1, interest: .readable, mode: mode)
    var clients = TokenTable<TCPStream>(minimumCapacity: 8)
    for _ in 0..<5 {
      _ = clients.insert(try TCPStream(connectingTo: try listener.localAddress))
    }
    var accepted = TokenTable<TCPStream>(minimumCapacity: 8)
    try poll.next(1, where: \.isReadable)
    try withDescriptorsLeft(2) {
      while accepted.count < 2, let stream = try listener.accept() { _ = accepted.insert(stream) }
      expectError(.tooManyOpenFiles) { () throws(IOError) in _ = try listener.accept() }
      #expect(try poll.shortly().isEmpty, "the listener spins")
    }
    try poll.reregister(listener, token: 1, interest: .readable, mode: mode)
    try poll.next(1, where: \.isReadable)
    while let stream = try listener.accept() { _ = accepted.insert(stream) }
    #expect(accepted.count == 5)
  }

  @Test
  func `a descriptor reserve rejects the waiting TCP connections`() throws {
    let listener = try Loopback.listener()
    var reserve = try DescriptorReserve()
    var clients = TokenTable<TCPStream>(minimumCapacity: 8)
    for _ in 0..<5 {
      let client = try TCPStream(connectingTo: try listener.localAddress)
      while try client.finishConnect() == .pending {}
      _ = clients.insert(client)
    }
    let counts = try withDescriptorsLeft(0) {
      expectError(.tooManyOpenFiles) { () throws(IOError) in _ = try listener.accept() }
      return [try reserve.turnAway(from: listener), try reserve.turnAway(from: listener)]
    }
    #expect(counts == [5, 0])
    #expect(try listener.accept() == nil)
    clients.forEach { _, client in
      expectError(.connectionReset) { () throws(IOError) in
        var byte: [UInt8] = [0]
        var room = byte.mutableSpan
        while try client.read(into: &room) == nil {}
      }
    }
  }

  @Test
  func `a descriptor reserve rejects the waiting Unix connections`() throws {
    let streams = try UnixListener(bindingTo: .unnamed)
    let packets = try UnixPacketListener(bindingTo: .unnamed)
    var reserve = try DescriptorReserve()
    let stream = try UnixStream.connected(to: try streams.localAddress)
    guard let packet = try UnixPacketSocket(connectingTo: try packets.localAddress) else {
      Issue.record("the backlog is full")
      return
    }
    let counts = try withDescriptorsLeft(0) {
      [try reserve.turnAway(from: streams), try reserve.turnAway(from: packets)]
    }
    #expect(counts == [1, 1])
    #expect(try stream.receive() == [])
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    #expect(try packet.receive(into: &room)?.count == 0)
  }

  @Test
  func `a reserve that cannot be opened again is opened by a later call`() throws {
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    let before = OpenDescriptors.list()
    var reserve = try DescriptorReserve()
    let number = try #require(OpenDescriptors.list().keys.first { before[$0] == nil })
    // After the reserve is closed, its number is above the limit, so it cannot be opened again.
    withDescriptorLimit(Int(number)) {
      #expect(throws: IOError.self) { try reserve.turnAway(from: listener) }
    }
    let count = try reserve.turnAway(from: listener)
    #expect(count == 1)
  }

  @Test
  func `creating a socket without descriptors throws, and leaks nothing`() throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    withDescriptorsLeft(0) {
      expectError(.tooManyOpenFiles) { () throws(IOError) in try TCPSocket(.v4) }
      expectError(.tooManyOpenFiles) { () throws(IOError) in
        try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0))
      }
      expectError(.tooManyOpenFiles) { () throws(IOError) in
        try TCPStream(connectingTo: address)
      }
      expectError(.tooManyOpenFiles) { () throws(IOError) in try DescriptorReserve() }
    }
  }
}

extension DescriptorExhaustionTests {
  @Test
  func `a reserve that could not be reopened does not close a descriptor of other code`() throws {
    let listener = try Loopback.listener()
    let replacement = try { () throws(IOError) -> UDPSocket in
      var reserve = try DescriptorReserve()
      withFault("open", EMFILE, times: 2) { _ = try? reserve.turnAway(from: listener) }
      // The socket gets the descriptor number that the reserve had.
      return try UDPSocket(.v4)
    }()
    #expect(try replacement.localAddress.port == 0)
  }
}
