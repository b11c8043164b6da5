import CMioSocket
import Glibc
import MioCore
import MioNet
import MioSystem
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct AdoptionTests {
  @Test
  func `a listener of other code can be adopted, and given up again`() throws {
    let foreign = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #expect(Glibc.listen(foreign, 5) == 0)
    let listener = try TCPListener(adopting: Descriptor(foreign))
    #expect(OpenDescriptors.isCloseOnExec(foreign) && OpenDescriptors.isNonBlocking(foreign))
    #expect(try listener.accept() == nil)
    let given = listener.takeDescriptor()
    #expect(given == Descriptor(foreign))
    #expect(close(foreign) == 0)
  }

  @Test
  func `a descriptor that is not a stream socket is not adopted, and stays open`() throws {
    let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    expectError(.invalidArgument) { () throws(IOError) in
      try TCPListener(adopting: Descriptor(datagram))
    }
    #expect(close(datagram) == 0)
    let file = unsafe open("/dev/null", O_RDONLY)
    expectError(.notSocket) { () throws(IOError) in
      try TCPStream(adopting: Descriptor(file))
    }
    #expect(close(file) == 0)
    expectError(.badDescriptor) { () throws(IOError) in
      try TCPStream(adopting: Descriptor(-1))
    }
  }

  @Test
  func `a connection that was just reset can be adopted, and reports the reset`() throws {
    let pair = try Loopback.pair()
    let first = pair.first
    let second = pair.second
    try first.set(.linger, to: .zero)
    try first.close()
    var poll = try Poll<SystemSelector>()
    try poll.registry.register(second, token: 1, interest: .readable)
    #expect(try poll.next { $0.isError }.token == 1)
    try poll.registry.deregister(second)
    let adopted = try second.fromElsewhere()
    #expect(OpenDescriptors.isSafe(adopted.descriptor))
    expectError(.connectionReset) { () throws(IOError) in try adopted.receive() }
    expectError(.brokenPipe) { () throws(IOError) in try adopted.write("a") }
  }

  @Test
  func `IPv6 listeners and sockets can be adopted`() throws {
    let listener = try TCPListener(bindingTo: SocketAddress(v6: .loopback, port: 0))
    let address = try listener.localAddress
    let inherited = try TCPListener(adopting: listener.takeDescriptor())
    #expect(try inherited.localAddress == address)
    let stream = try TCPStream(adopting: TCPSocket(.v6).takeDescriptor())
    #expect(try stream.localAddress.version == .v6)
    let socket = try UDPSocket(adopting: UDPSocket(.v6).takeDescriptor())
    #expect(try socket.localAddress.version == .v6)
  }

  @Test
  func `a reopened descriptor has its own flags, and closing it leaves the other open`() throws {
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    do {
      let receiver = try PipeReceiver(
        adopting: OwnedDescriptor(reopening: Descriptor(ends[0])))
      #expect(fcntl(ends[0], F_GETFL) & O_NONBLOCK == 0)
      #expect(fcntl(receiver.descriptor.fileDescriptor, F_GETFL) & O_NONBLOCK != 0)
      #expect(fcntl(receiver.descriptor.fileDescriptor, F_GETFD) & FD_CLOEXEC != 0)
      #expect(unsafe write(ends[1], "x", 1) == 1)
      #expect(try receiver.receive() == [0x78])
    }
    #expect(fcntl(ends[0], F_GETFD) >= 0)
    expectError(.badDescriptor) { () throws(IOError) in
      try OwnedDescriptor(reopening: Descriptor(-1))
    }
    let socket = try UDPSocket(.v4)
    #expect(throws: IOError(code: ENXIO, operation: .open)) {
      _ = try OwnedDescriptor(reopening: socket.descriptor)
    }
  }

  @Test(arguments: [0, O_APPEND])
  func `a reopened file continues at its position, and is not overwritten`(flag: Int32) throws {
    let folder = TemporaryFolder()
    let path = folder.file("log")
    let first = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o600)
    defer { close(first) }
    #expect(unsafe write(first, "one ", 4) == 4)
    let second = try OwnedDescriptor(reopening: Descriptor(first)).take()
    defer { close(second.fileDescriptor) }
    #expect(unsafe write(second.fileDescriptor, "two", 3) == 3)
    #expect(try contents(of: path) == "one two")
  }
}

private func contents(of path: String) throws -> String {
  let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: 100)
  let count = unsafe read(file, &bytes, bytes.count)
  try #require(count >= 0)
  return String(decoding: bytes[..<count], as: UTF8.self)
}
