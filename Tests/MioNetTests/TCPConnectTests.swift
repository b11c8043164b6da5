import CMioErrors
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct TCPConnectTests {
  @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
  func `a connect completes, and the stream is reported as writable`(_ text: String) throws {
    var poll = try Poll<SystemSelector>()
    let listener = try TCPListener(bindingTo: try #require(SocketAddress(text)))
    let stream = try TCPStream(connectingTo: try listener.localAddress)
    try poll.registry.register(stream, token: 1, interest: .writable)
    let event = try poll.next { $0.isWritable }
    #expect(event.token == 1 && !event.isError)
    #expect(try stream.finishConnect() == .connected)
    #expect(try stream.finishConnect() == .connected)
    #expect(try stream.peerAddress == (try listener.localAddress))
    #expect(try stream.localAddress.port != 0)
    #expect(try stream.takeError() == nil)
    let number = stream.descriptor.fileDescriptor
    #expect(OpenDescriptors.isCloseOnExec(number) && OpenDescriptors.isNonBlocking(number))
  }

  @Test(.needs(.errorsThatAreTaken))
  func `a refused connect is reported once`() throws {
    var poll = try Poll<SystemSelector>()
    let address = try Loopback.listener().localAddress  // nobody listens there any more
    let stream = try TCPStream(connectingTo: address)
    try poll.registry.register(stream, token: 1, interest: .writable)
    let event = try poll.next { $0.isWritable || $0.isError }
    #expect(event.isWriteClosed)
    let error = expectError(.connectionRefused) { () throws(IOError) in
      try stream.finishConnect()
    }
    #expect(error?.code == Int32(C_MIO_ECONNREFUSED) && error?.operation == .connect)
    expectError(.notConnected) { () throws(IOError) in try stream.finishConnect() }
    expectError(.notConnected) { () throws(IOError) in try stream.peerAddress }
  }

  @Test(.needs(.errorsThatAreTaken))
  func `a connect whose error was taken is not pending`() throws {
    let address = try Loopback.listener().localAddress
    let stream = try TCPStream(connectingTo: address)
    while try stream.takeError()?.kind != .connectionRefused {}
    expectError(.notConnected) { () throws(IOError) in try stream.finishConnect() }
  }

  @Test
  func `a connect in progress is pending`() throws {
    // If the backlog is full, further connects get no answer.
    let listener = try TCPListener(
      bindingTo: SocketAddress(v4: .loopback, port: 0), backlog: 0)
    let address = try listener.localAddress
    var waiting = TokenTable<TCPStream>(minimumCapacity: 16)
    var isPending = false
    for _ in 0..<8 where !isPending {
      let stream = try TCPStream(connectingTo: address)
      isPending = try stream.finishConnect() == .pending
      if isPending {
        expectError(.notConnected) { () throws(IOError) in try stream.peerAddress }
      }
      _ = waiting.insert(stream)
    }
    #expect(isPending)
  }

  /// A record that stores the directions in which an operation would have blocked.
  private final class ListeningRecord: RegistrationRecord, @unchecked Sendable {
    let heard = Locked<[Direction]>([])
    override func wouldBlock(_ direction: Direction) { heard.withLock { $0.append(direction) } }
  }

  @Test
  func `querying a connect in progress arms the stream for its completion`() throws {
    let listener = try TCPListener(
      bindingTo: SocketAddress(v4: .loopback, port: 0), backlog: 0)
    var waiting = TokenTable<TCPStream>(minimumCapacity: 16)
    var heard: [Direction]?
    for _ in 0..<8 where heard == nil {
      let stream = try TCPStream(connectingTo: try listener.localAddress)
      let selector = SelectorIdentity()
      let record = ListeningRecord(selector: selector)
      stream.withRegistration { _, registration in registration.add(record) }
      if try stream.finishConnect() == .pending { heard = record.heard.withLock { $0 } }
      _ = waiting.insert(stream)
    }
    #expect(heard == [.writable])
  }

  @Test
  func `a stream that was never connected is not pending`() throws {
    let stream = try TCPStream(
      adopting: try TCPSocket(.v4).takeDescriptor())
    expectError(.notConnected) { () throws(IOError) in try stream.finishConnect() }
  }

  @Test
  func `a connect that fails immediately throws immediately`() {
    // FreeBSD forbids it.
    expectError(.networkUnreachable, or: .permissionDenied) { () throws(IOError) in
      try TCPStream(connectingTo: SocketAddress(v4: .broadcast, port: 9))
    }
  }

  @Test(.needs(.resetErrors))
  func `a connection that is reset before it is queried reports the reset`() throws {
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    var server: TCPStream?
    repeat { server = try listener.accept() } while server == nil
    if let server = server.take() {
      try server.set(.linger, to: .zero)
      try server.close()
    }
    var poll = try Poll<SystemSelector>()
    try poll.registry.register(client, token: 1, interest: [.readable, .writable])
    let event = try poll.next { $0.isError }
    #expect(event.isReadable && event.isReadClosed && event.isWriteClosed)
    expectError(.connectionReset) { () throws(IOError) in try client.finishConnect() }
  }

  @Test
  func `a socket can be configured before it is bound and connected`() throws {
    let listener = try Loopback.listener()
    let socket = try TCPSocket(.v4)
    try socket.set(.noDelay, to: true)
    try socket.set(.reuseAddress, to: true)
    try socket.bind(to: SocketAddress(v4: .loopback, port: 0))
    let own = try socket.localAddress
    let stream = try socket.connect(to: try listener.localAddress)
    #expect(try stream.localAddress == own)
    #expect(try stream.value(of: .noDelay))
  }

  @Test(.needs(.sharedPorts))
  func `several listeners can share a port with reusePort`() throws {
    let one = try TCPSocket(.v4)
    try one.set(.reusePort, to: true)
    try one.bind(to: SocketAddress(v4: .loopback, port: 0))
    let address = try one.localAddress
    let first = try one.listen()
    let other = try TCPSocket(for: address)
    try other.set(.reusePort, to: true)
    try other.bind(to: address)
    let second = try other.listen()
    #expect(try first.localAddress == (try second.localAddress))
  }

  @Test(.needs(.exactErrors))
  func `a second bind is refused, and the socket stays usable`() throws {
    let socket = try TCPSocket(.v4)
    try socket.bind(to: SocketAddress(v4: .loopback, port: 0))
    expectError(.invalidArgument) { () throws(IOError) in
      try socket.bind(to: SocketAddress(v4: .loopback, port: 0))
    }
    expectError(.addressFamilyNotSupported) { () throws(IOError) in
      try TCPSocket(.v4).bind(to: SocketAddress(v6: .loopback, port: 0))
    }
    #expect(try socket.localAddress.port != 0)
  }
}
