import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Behaviour that only Winsock has.
@Suite(.guardingDescriptors)
struct WinsockTests {
  /// Checks that the socket is not one of Linux, whose functions have the same names.
  @Test
  func `a socket is a Windows socket, and not a socket of Linux`() throws {
    let socket = try Loopback.udpSocket()
    let number = socket.descriptor.fileDescriptor
    #expect(OpenDescriptors.list()[number] != nil)
    var status = stat()
    let isOpen = unsafe fstat(number, &status) == 0
    #expect(!isOpen || status.st_mode & S_IFMT != S_IFSOCK)
    // Only Winsock has SO_PROTOCOL_INFOW, which contains the address family and the type.
    var record = [UInt8](repeating: 0, count: 628)
    do {
      var room = record.mutableSpan
      #expect(try socket.readOption(level: 0xffff, name: 0x2005, into: &room) == 628)
    }
    #expect(record[76] == 2 && record[88] == 2)
  }

  @Test
  func `reading after a shutdown on this side returns the end of file`() throws {
    let pair = try Loopback.pair()
    try pair.first.shutdown(.both)
    #expect(try pair.first.receive() == [])
    #expect(try pair.first.peeked() == [])
    var (one, other) = ([0 as UInt8], [0 as UInt8])
    var first = one.mutableSpan
    var second = other.mutableSpan
    let count = try pair.first.read(into: &first, &second)
    #expect(count == 0)
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1]) }
  }

  @Test
  func `a socket that is not bound has the wildcard address`() throws {
    #expect(try UDPSocket(.v4).localAddress == SocketAddress(v4: .any, port: 0))
    #expect(try TCPSocket(.v6).localAddress == SocketAddress(v6: .any, port: 0))
  }

  @Test
  func `an undeliverable message is not reported to its sender`() throws {
    let socket = try Loopback.udpSocket()
    let nobody = try Loopback.udpSocket().localAddress
    for _ in 0..<4 { #expect(try socket.send([1], to: nobody) == 1) }
    #expect(try socket.receive() == nil)
    try socket.set(.reportsUnreachable, to: true)
    try socket.set(.reportsUnreachable, to: false)
    expectError(.unsupported) { () throws(IOError) in try socket.value(of: .reportsUnreachable) }
  }

  @Test
  func `a socket can be duplicated, and its handle is not inherited`() throws {
    let socket = try Loopback.udpSocket()
    let duplicate = try socket.duplicateDescriptor()
    #expect(OpenDescriptors.isSafe(duplicate.descriptor))
    let other = try UDPSocket(adopting: duplicate)
    #expect(try other.localAddress == socket.localAddress)
  }

  @Test
  func `a socket of other code can be watched by its handle`() throws {
    let poll = try TestedSelector.afd.makePoll()
    let pair = try Loopback.pair()
    let foreign = BorrowedDescriptor(pair.first.descriptor)
    try poll.register(foreign, token: 1, interest: .readable)
    try pair.second.send([1])
    try poll.next(1, where: \.isReadable)
    for expected in [[1], nil] as [[UInt8]?] {
      let bytes = try foreign.withIO(.readable) { _ throws(IOError) in try pair.first.receive() }
      #expect(bytes == expected)
    }
    try pair.second.send([2])
    try poll.next(1, where: \.isReadable)
    try poll.deregister(foreign)
  }

  @Test
  func `pipes, Unix socket pairs and reusePort are unsupported on Windows`() throws {
    expectError(.unsupported) { () throws(IOError) in try AnonymousPipe() }
    expectError(.unsupported) { () throws(IOError) in try UnixStream.pair() }
    let socket = try TCPSocket(.v4)
    expectError(.unsupported) { () throws(IOError) in try socket.set(.reusePort, to: true) }
  }

  @Test
  func `network interfaces have names, indices and addresses`() throws {
    let interfaces = try NetworkInterface.all()
    let loopback = interfaces.first { $0.isLoopback }
    let address = loopback?.addresses.first { $0.ip == .v4(.loopback) }
    #expect(loopback?.isUp == true && address?.prefixLength == 8)
    #expect(Set(interfaces.map(\.index)).count == interfaces.count)
    for interface in interfaces {
      #expect(!interface.name.isEmpty && interface.index != 0)
      #expect(try NetworkInterface.index(of: interface.name) == interface.index)
      #expect(try NetworkInterface.name(of: interface.index) == interface.name)
    }
    let error = expectError(.notFound) { () throws(IOError) in
      try NetworkInterface.index(of: "none")
    }
    #expect(error?.operation == .findInterface)
    expectError(.notFound) { () throws(IOError) in try NetworkInterface.name(of: 4_000_000) }
  }

  @Test
  func `a descriptor reserve rejects a waiting connection`() throws {
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    var reserve = try DescriptorReserve()
    #expect(try reserve.turnAway(from: listener) == 1)
  }
}
