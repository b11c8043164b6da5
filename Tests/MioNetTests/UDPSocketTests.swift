import CMioErrors
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct UDPSocketTests {
  @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
  func `a message arrives as a whole, with the address of its sender`(_ text: String) throws {
    let address = try #require(SocketAddress(text))
    let first = try UDPSocket(bindingTo: address)
    let second = try UDPSocket(bindingTo: address)
    for size in [0, 1, 512, 65_507 - (address.version == .v6 ? 20 : 0)] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
      #expect(try first.send(bytes.span, to: try second.localAddress) == size)
      let received = try Received.next(from: second)
      #expect(received.bytes == bytes)
      #expect(received.message.sender == (try first.localAddress))
      #expect(!received.message.isTruncated)
    }
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    #expect(try second.receive(into: &room) == nil)
  }

  @Test
  func `a UDP socket is close-on-exec and non-blocking`() throws {
    let number = try UDPSocket(.v4).descriptor.fileDescriptor
    let socket = try UDPSocket(.v6)
    #expect(number >= 0)
    let other = socket.descriptor.fileDescriptor
    #expect(OpenDescriptors.isCloseOnExec(other) && OpenDescriptors.isNonBlocking(other))
  }

  @Test
  func `a truncated message is marked, and the next message is complete`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([1, 2, 3, 4].span) == 4)
    #expect(try pair.first.send([5].span) == 1)
    var buffer: [UInt8] = [0, 0]
    var room = buffer.mutableSpan
    let cut = try pair.second.receive(into: &room)
    #expect(cut?.count == 2 && cut?.isTruncated == true)
    let next = try pair.second.receive(into: &room)
    #expect(next?.count == 1 && next?.isTruncated == false)
    #expect(buffer == [5, 2])
  }

  @Test
  func `a peek leaves the message in the socket`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([7, 8].span) == 2)
    var buffer: [UInt8] = [0, 0, 0]
    var room = buffer.mutableSpan
    let peeked = try pair.second.peek(into: &room)
    let received = try pair.second.receive(into: &room)
    #expect(peeked == received && received?.count == 2)
    let none = try pair.second.peek(into: &room)
    #expect(none == nil)
  }

  @Test
  func `receiving into an output span appends the bytes that fit`() throws {
    let pair = try UDPPair.make()
    #expect(try pair.first.send([1, 2].span) == 2)
    #expect(try pair.first.send([3, 4].span) == 2)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
    defer { unsafe memory.deallocate() }
    var span = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
    let first = try pair.second.receive(into: &span)
    let second = try pair.second.receive(into: &span)
    #expect(first?.isTruncated == false && second?.isTruncated == true)
    #expect(span.byteCount == 3)
    _ = unsafe span.finalize(for: memory)
    #expect(unsafe Array(memory) == [1, 2, 3])
  }

  @Test
  func `a message that is too long throws messageTooLong`() throws {
    let pair = try UDPPair.make()
    let bytes = [UInt8](repeating: 0, count: 70_000)
    let error = expectError(.messageTooLong) { () throws(IOError) in
      try pair.first.send(bytes.span)
    }
    #expect(error == IOError(code: Int32(C_MIO_EMSGSIZE), operation: .send))
  }

  @Test(.needs(.missingPeerErrors))
  func `sending on a socket without a peer throws destinationRequired`() throws {
    let socket = try UDPSocket(.v4)
    expectError(.destinationRequired) { () throws(IOError) in try socket.send([1].span) }
    expectError(.notConnected) { () throws(IOError) in try socket.peerAddress }
  }

  @Test(.needs(.unboundPorts))
  func `a socket with a peer receives only from the peer, which can be changed and removed`() throws
  {
    let hub = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let first = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let second = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let address = try hub.localAddress
    try hub.connect(to: try first.localAddress)
    #expect(try hub.peerAddress == (try first.localAddress))
    #expect(try second.send([2].span, to: address) == 1)
    #expect(try first.send([1].span, to: address) == 1)
    #expect(try Received.next(from: hub).bytes == [1])
    try hub.connect(to: try second.localAddress)
    #expect(try hub.send([3].span) == 1)
    #expect(try Received.next(from: second).bytes == [3])
    try hub.disconnect()
    expectError(.notConnected) { () throws(IOError) in try hub.peerAddress }
    // Linux releases the port if the system has chosen it.
    #expect(try hub.localAddress.port == 0)
    try hub.bind(to: address)
    #expect(try first.send([4].span, to: address) == 1)
    #expect(try Received.next(from: hub).bytes == [4])
  }

  // Contract C10: the error belongs to the socket, and the socket still works afterwards.
  @Test(.needs(.unreachableErrors), .needs(.errorEvents), arguments: TestedSelector.allCases)
  func `an undeliverable message to a peer is reported once`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let socket = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let gone = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0)).localAddress
    try socket.connect(to: gone)
    try poll.register(socket, token: 1, interest: .readable)
    #expect(try socket.send([1].span) == 1)
    try poll.next(1, where: \.isError)
    var buffer: [UInt8] = [0]
    expectError(.connectionRefused) { () throws(IOError) in
      var room = buffer.mutableSpan
      return try socket.receive(into: &room)
    }
    var room = buffer.mutableSpan
    let message = try socket.receive(into: &room)
    #expect(message == nil)
    #expect(try socket.takeError() == nil)
  }

  @Test
  func `sending many messages never throws`() throws {
    let pair = try UDPPair.make()
    try pair.first.set(.sendBufferSize, to: 4096)
    let bytes = [UInt8](repeating: 1, count: 1024)
    // The loopback interface delivers messages immediately and drops those that do not fit, so UDP
    // never blocks there. This test only proves that sending then throws no error.
    for _ in 0..<5000 { _ = try pair.first.send(bytes.span) }
    #expect(try Received.next(from: pair.second).bytes.count == 1024)
  }

  @Test(.needs(.unixSockets))
  func `a UDP socket can be adopted and given up`() throws {
    let socket = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let address = try socket.localAddress
    let again = try UDPSocket(adopting: socket.takeDescriptor())
    #expect(try again.localAddress == address)
    let stream = try TCPSocket(.v4)
    expectError(.invalidArgument) { () throws(IOError) in
      try UDPSocket(adopting: stream.descriptor)
    }
    expectError(.notSocket) { () throws(IOError) in
      let pipe = try AnonymousPipe()
      return try UDPSocket(adopting: pipe.sender.descriptor)
    }
    expectError(.badDescriptor) { () throws(IOError) in
      try UDPSocket(adopting: Descriptor(-1))
    }
    try again.close()
  }

  @Test
  func `a UDP socket does not share its address unless this is requested`() throws {
    let socket = try UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 0))
    let address = try socket.localAddress
    #expect(try !socket.value(of: .reuseAddress))
    expectError(.addressInUse) { () throws(IOError) in try UDPSocket(bindingTo: address) }
    expectError(.invalidArgument) { () throws(IOError) in try socket.bind(to: address) }
  }

  @Test
  func `sending a broadcast requires the broadcast option`() throws {
    let socket = try UDPSocket(.v4)
    let everybody = SocketAddress(v4: .broadcast, port: 9)
    #expect(try !socket.value(of: .broadcast))
    expectError(.permissionDenied) { () throws(IOError) in
      try socket.send([1].span, to: everybody)
    }
    try socket.set(.broadcast, to: true)
    #expect(try socket.value(of: .broadcast))
  }
}
