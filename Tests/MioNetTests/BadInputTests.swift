import CLibrary
import MioCore
import MioNet
import TestHelpers
import Testing

/// Impossible requests cause an error with a kind and an operation.
///
/// They never trap, truncate a value, or do nothing.
@Suite(.guardingDescriptors)
struct BadInputTests {
  private let loopback = SocketAddress(v4: .loopback, port: 0)

  // MARK: Without a peer

  @Test(.needs(.missingPeerErrors))
  func `every form of sending on a UDP socket without a peer throws destinationRequired`() throws {
    try expectNowhere(try UDPSocket(.v4), .destinationRequired)
    try expectNowhere(try UDPSocket(.v6), .destinationRequired)
  }

  @Test(.needs(.unixSockets), .needs(.exactErrors))
  func `every form of sending on a Unix socket without a peer throws notConnected`() throws {
    try expectNowhere(try UnixDatagram(), .notConnected)
    try expectNowhere(
      try GenericSocket(family: AF_UNIX, type: 5), .notConnected)  // SOCK_SEQPACKET
  }

  private func expectNowhere<Target: MessageSocket & ~Copyable>(
    _ socket: borrowing Target, _ kind: IOError.Kind
  ) throws {
    let nothing = AncillaryData()
    let errors = [
      expectError(kind) { () throws(IOError) in try socket.send([1].span) },
      expectError(kind) { () throws(IOError) in try socket.send([1].span, [2].span) },
      expectError(kind) { () throws(IOError) in try socket.send([1].span, ancillary: nothing) },
      expectError(kind) { () throws(IOError) in
        try socket.send([1].span, ancillary: nothing, flags: 0)
      },
    ]
    #expect(errors.map { $0?.operation } == [.send, .send, .send, .send])
    var batch = try MessageBatch<Target.Address>(capacity: 1, messageCapacity: 1)
    #expect(try batch.append([1].span) == true)
    let error = expectError(kind) { () throws(IOError) in try socket.send(&batch) }
    #expect(error?.operation == .send)
    #expect(batch.count == 1)
    expectError(.notConnected) { () throws(IOError) in try socket.peerAddress }
  }

  // MARK: Another peer

  @Test(.needs(.exactErrors))
  func `a connected UDP socket can be connected to another peer`() throws {
    let socket = try UDPSocket(bindingTo: loopback)
    let first = try UDPSocket(bindingTo: loopback)
    let second = try UDPSocket(bindingTo: loopback)
    for peer in [try first.localAddress, try first.localAddress, try second.localAddress] {
      try socket.connect(to: peer)
      #expect(try socket.peerAddress == peer)
    }
    #expect(try socket.send([1]) == 1)
    #expect(try second.receive()?.bytes == [1])
    let error = expectError(.addressFamilyNotSupported) { () throws(IOError) in
      try socket.connect(to: SocketAddress(v6: .loopback, port: 9))
    }
    #expect(error?.operation == .connect)
    #expect(try socket.peerAddress == (try second.localAddress))
  }

  // MARK: Addresses that lead nowhere

  @Test(.needs(.exactErrors))
  func `an address of the other IP version or of another machine is refused`() throws {
    let v6 = SocketAddress(v6: .loopback, port: 9)
    let nobody = SocketAddress(v4: IPv4Address(192, 0, 2, 1), port: 0)
    let socket = try UDPSocket(.v4)
    expectError(.addressFamilyNotSupported) { () throws(IOError) in try socket.send([1], to: v6) }
    expectError(.addressFamilyNotSupported) { () throws(IOError) in try socket.bind(to: v6) }
    expectError(.invalidArgument) { () throws(IOError) in try socket.send([1], to: loopback) }
    expectError(.addressNotAvailable) { () throws(IOError) in try UDPSocket(bindingTo: nobody) }
    expectError(.addressNotAvailable) { () throws(IOError) in try TCPListener(bindingTo: nobody) }
  }

  // MARK: Sizes

  @Test(.needs(.unixSockets), .needs(.packets))
  func `every form of sending refuses a message that is too long`() throws {
    let packets = try UnixPacketSocket.pair()
    let datagrams = try UnixDatagram.pair()
    let udp = try UDPPair.make()
    try expectTooLong(packets.first, 8 << 20)
    try expectTooLong(datagrams.first, 8 << 20)
    try expectTooLong(udp.first, 65_508)
    let v6 = try UDPPair.make(SocketAddress(v6: .loopback, port: 0))
    try expectTooLong(v6.first, 65_528)
  }

  private func expectTooLong<Target: MessageSocket & ~Copyable>(
    _ socket: borrowing Target, _ size: Int
  ) throws {
    let bytes = [UInt8](repeating: 0, count: size)
    let none: [UInt8] = []
    let nothing = AncillaryData()
    let errors = [
      expectError(.messageTooLong) { () throws(IOError) in try socket.send(bytes.span) },
      expectError(.messageTooLong) { () throws(IOError) in try socket.send(bytes.span, none.span) },
      expectError(.messageTooLong) { () throws(IOError) in
        try socket.send(bytes.span, ancillary: nothing)
      },
    ]
    #expect(errors.map { $0?.operation } == [.send, .send, .send])
    var batch = try MessageBatch<Target.Address>(capacity: 1, messageCapacity: size)
    #expect(try batch.append(bytes.span) == true)
    let error = expectError(.messageTooLong) { () throws(IOError) in try socket.send(&batch) }
    #expect(error?.operation == .send)
  }

  @Test
  func `sending and receiving with an empty batch has no effect`() throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 1, messageCapacity: 1)
    #expect(try pair.first.send(&batch) == 0)
    #expect(try pair.second.receive(into: &batch) == nil)
    #expect(batch.isEmpty == true)
  }

  @Test
  func `a message that is received into an empty buffer is truncated`() throws {
    let pair = try UDPPair.make()
    var nothing: [UInt8] = []
    var room = nothing.mutableSpan
    #expect(try pair.first.send([1].span) == 1)
    let peeked = try pair.second.peek(into: &room)
    #expect(peeked?.count == 0 && peeked?.isTruncated == true)
    #expect(try pair.second.receive(into: &room) == peeked)
    #expect(try pair.second.receive(into: &room) == nil)
  }

  // The number of bytes decides whether the result is 0 or `nil`. Some systems do not look for
  // bytes.
  @Test(.needs(.unixSockets))
  func `transfers of zero bytes have no effect`() throws {
    let tcp = try Loopback.pair()
    let unix = try UnixStream.pair()
    let pipe = try AnonymousPipe()
    try expectNothing(tcp.first, tcp.second)
    try expectNothing(unix.first, unix.second)
    try expectNothing(pipe.sender, pipe.receiver)
  }

  private func expectNothing<
    Writer: VectoredWriter & ~Copyable, Reader: VectoredReader & ~Copyable
  >(_ writer: borrowing Writer, _ reader: borrowing Reader) throws {
    let none: [UInt8] = []
    var nothing: [UInt8] = []
    #expect(try writer.write(none.span) == 0)
    #expect(try writer.write(none.span, none.span) == 0)
    let written = try unsafe writer.write(
      UnsafeBufferPointer<UnsafeRawBufferPointer>(start: nil, count: 0))
    #expect(written == 0)
    for isThere in [false, true] {
      if isThere { #expect(try writer.write([1].span) == 1) }
      var room = nothing.mutableSpan
      let single = try reader.read(into: &room)
      let listed = try unsafe reader.read(
        into: UnsafeBufferPointer<UnsafeMutableRawBufferPointer>(start: nil, count: 0))
      #expect(single == 0 || single == nil && !isThere)
      #expect(listed == 0 || listed == nil && !isThere)
    }
    #expect(try reader.receive() == [1])
  }

  // MARK: Adopting

  @Test(.needs(.unixSockets), .needs(.packets))
  func `each socket type adopts only sockets of its kind, and leaves others open`() throws {
    let kinds = try [
      TCPSocket(.v4).takeDescriptor(), UDPSocket(.v6).takeDescriptor(),
      UnixSocket().takeDescriptor(), UnixDatagram().takeDescriptor(),
      UnixPacketSocket.pair().first.takeDescriptor(),
    ]
    defer { kinds.forEach { close($0.fileDescriptor) } }
    for (index, descriptor) in kinds.enumerated() {
      #expect(adopts(TCPSocket.self, descriptor) == (index == 0))
      #expect(adopts(TCPListener.self, descriptor) == (index == 0))
      #expect(adopts(TCPStream.self, descriptor) == (index == 0))
      #expect(adopts(UDPSocket.self, descriptor) == (index == 1))
      #expect(adopts(UnixSocket.self, descriptor) == (index == 2))
      #expect(adopts(UnixListener.self, descriptor) == (index == 2))
      #expect(adopts(UnixStream.self, descriptor) == (index == 2))
      #expect(adopts(UnixDatagram.self, descriptor) == (index == 3))
      #expect(adopts(UnixPacketListener.self, descriptor) == (index == 4))
      #expect(adopts(UnixPacketSocket.self, descriptor) == (index == 4))
      #expect(adopts(GenericSocket.self, descriptor))
      expectError(.invalidArgument) { () throws(IOError) in try PipeSender(adopting: descriptor) }
      #expect(fcntl(descriptor.fileDescriptor, F_GETFD) >= 0)
    }
  }

  private func adopts<Target: Socket & ~Copyable>(
    _ type: Target.Type, _ descriptor: Descriptor
  ) -> Bool {
    do throws(IOError) {
      return try Target(adopting: descriptor).takeDescriptor() == descriptor
    } catch {
      #expect(error.kind == .invalidArgument && error.operation == .adopt)
      return false
    }
  }
}
