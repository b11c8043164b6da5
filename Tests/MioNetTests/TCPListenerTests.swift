import CMioErrors
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct TCPListenerTests {
  @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
  func `a listener reports and accepts connections`(_ text: String) throws {
    var poll = try Poll<SystemSelector>()
    let listener = try TCPListener(bindingTo: try #require(SocketAddress(text)))
    try poll.registry.register(listener, token: 1, interest: .readable)
    #expect(try poll.events().isEmpty)
    let address = try listener.localAddress
    #expect(address.port != 0)

    let client = try TCPStream(connectingTo: address)
    #expect(try poll.next { $0.isReadable }.token == 1)
    guard let connection = try listener.acceptWithAddress() else {
      Issue.record("the event was for nothing")
      return
    }
    #expect(connection.address == (try client.localAddress))
    #expect(try connection.stream.localAddress == address)
    let number = connection.stream.descriptor.fileDescriptor
    #expect(OpenDescriptors.isCloseOnExec(number) && OpenDescriptors.isNonBlocking(number))
    #expect(try listener.accept() == nil)
    #expect(try listener.takeError() == nil)
  }

  @Test
  func `a TCP listener is close-on-exec and non-blocking`() throws {
    let listener = try Loopback.listener()
    let number = listener.descriptor.fileDescriptor
    #expect(OpenDescriptors.isCloseOnExec(number) && OpenDescriptors.isNonBlocking(number))
    // On Windows this option would let any program share the port.
    #expect(try listener.value(of: .reuseAddress) != TestedSelector.allCases.contains(.afd))
  }

  @Test
  func `an accepted connection that is not stored is closed`() throws {
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try listener.accept() == nil {}
    var byte: [UInt8] = [0]
    var room = byte.mutableSpan
    while try client.read(into: &room) != 0 {}
  }

  @Test
  func `listening at an address in use throws addressInUse`() throws {
    let listener = try Loopback.listener()
    let address = try listener.localAddress
    let error = expectError(.addressInUse) { () throws(IOError) in
      try TCPListener(bindingTo: address)
    }
    #expect(error?.code == Int32(C_MIO_EADDRINUSE) && error?.operation == .bind)
  }

  @Test
  func `listening at an address of another machine throws addressNotAvailable`() {
    expectError(.addressNotAvailable) { () throws(IOError) in
      try TCPListener(bindingTo: SocketAddress(v4: IPv4Address(192, 0, 2, 1), port: 0))
    }
  }

  @Test
  func `a listener can bind to a port whose last connections are still ending`() throws {
    let first = try Loopback.listener()
    let address = try first.localAddress
    try leaveConnectionBehind(first)
    try first.close()
    let second = try TCPListener(bindingTo: address)
    try leaveConnectionBehind(second)
    try second.close()
    let socket = try TCPSocket(for: address)
    try socket.bind(to: address)
    #expect(try socket.listen().localAddress == address)
  }

  /// Leaves a connection in TIME_WAIT on the listener's side, which has closed first.
  private func leaveConnectionBehind(_ listener: borrowing TCPListener) throws {
    let pair = try Loopback.pair(of: listener)
    let client = pair.first
    try pair.second.close()
    while try client.receive()?.isEmpty != true {}
  }

  @Test
  func `every waiting connection causes an event or is accepted before the queue is empty`() throws
  {
    var poll = try Poll<SystemSelector>()
    let listener = try Loopback.listener()
    try poll.registry.register(listener, token: 1, interest: .readable)
    for _ in 0..<3 {
      let one = try TCPStream(connectingTo: try listener.localAddress)
      let other = try TCPStream(connectingTo: try listener.localAddress)
      var count = 0
      while count < 2 {
        _ = try poll.next { $0.isReadable }
        while let stream = try listener.accept() {
          count += 1
          _ = consume stream
        }
      }
      #expect(try poll.events().isEmpty)
      _ = (one.descriptor, other.descriptor)
    }
  }

  @Test
  func `a connection that was reset while it waited is accepted or skipped`() throws {
    let listener = try Loopback.listener()
    for _ in 0..<50 {
      let client = try TCPStream(connectingTo: try listener.localAddress)
      try client.set(.linger, to: .zero)
      try client.close()
    }
    let last = try TCPStream(connectingTo: try listener.localAddress)
    let address = try last.localAddress
    var isFound = false
    for _ in 0..<1000 where !isFound {
      while let connection = try listener.acceptWithAddress() {
        if connection.address == address { isFound = true }
      }
    }
    #expect(isFound)
  }

  @Test
  func `a listener uses the backlog of the caller`() throws {
    let listener = try TCPListener(
      bindingTo: SocketAddress(v4: .loopback, port: 0), backlog: 1)
    let first = try TCPStream(connectingTo: try listener.localAddress)
    while try first.finishConnect() == .pending {}
    #expect(try listener.accept() != nil)
  }
}
