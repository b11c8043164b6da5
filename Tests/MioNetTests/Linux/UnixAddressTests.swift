import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct UnixAddressTests {
  @Test(arguments: ["a", "/tmp/socket", "ä/ö", String(repeating: "x", count: 107)])
  func `an address keeps its path`(_ path: String) throws {
    let address = try UnixAddress(path: path)
    #expect(address.kind == .path)
    #expect(address.path == path)
    #expect(address.nameBytes == Array(path.utf8))
    #expect(address.withNameBytes { bytes in bytes.indices.map { bytes[$0] } } == Array(path.utf8))
    #expect(address.description == path)
  }

  @Test
  func `an address keeps the bytes of a path that is not UTF-8`() throws {
    let bytes: [UInt8] = [0x2F, 0xFF, 0xFE]
    let address = try UnixAddress(pathBytes: bytes)
    #expect(address.nameBytes == bytes)
    #expect(address.path == "/\u{FFFD}\u{FFFD}")
  }

  @Test(
    arguments: [
      [], [0], Array("a\0b".utf8), Array("a\0".utf8),
    ] as [[UInt8]])
  func `a path that is empty or has a zero byte is refused`(_ bytes: [UInt8]) {
    let error = expectError(.invalidArgument) { () throws(IOError) in
      try UnixAddress(pathBytes: bytes)
    }
    #expect(error?.operation == .createAddress)
  }

  @Test
  func `a name that is too long is refused`() {
    #expect(UnixAddress.maximumPathLength == 107)
    let bytes = [UInt8](repeating: 0x61, count: 108)
    expectError(.nameTooLong) { () throws(IOError) in try UnixAddress(pathBytes: bytes) }
    expectError(.nameTooLong) { () throws(IOError) in try UnixAddress(abstract: bytes) }
  }

  @Test
  func `addresses are equal if their kinds and their bytes are equal`() throws {
    let path = try UnixAddress(path: "a")
    let abstract = try UnixAddress(abstract: "a")
    #expect(path == (try UnixAddress(path: "a")))
    #expect(path != abstract)
    #expect(path != (try UnixAddress(path: "ab")))
    #expect(UnixAddress.unnamed != (try UnixAddress(abstract: "")))
    #expect(Set([path, abstract, path, .unnamed]).count == 3)
    #expect(abstract.description == "@a")
    #expect(UnixAddress.unnamed.description == "(unnamed)")
    #expect(UnixAddress.unnamed.path == nil && abstract.path == nil)
  }

  // If a name begins with a zero byte, mio omits its last byte and so binds another name.
  @Test(
    arguments: [
      Array("mio-test".utf8), [0], [0, 0], Array("\0abc".utf8), Array("a\0b".utf8),
      Array("mio-".utf8) + [UInt8](repeating: 0xFF, count: 103),
    ] as [[UInt8]])
  func `binding, connecting and accepting use exactly the bytes of an abstract name`(
    _ name: [UInt8]
  ) throws {
    let address = try UnixAddress(abstract: name)
    let listener = try UnixListener(bindingTo: address)
    #expect(try listener.localAddress == address)
    #expect(try listener.localAddress.nameBytes == name)
    // A name without the last byte is another name.
    expectError(.connectionRefused) { () throws(IOError) in
      let stream = try UnixStream(connectingTo: try UnixAddress(abstract: name.dropLast()))
      return stream != nil
    }
    guard let client = try UnixStream(connectingTo: address) else {
      Issue.record("the backlog is full")
      return
    }
    #expect(try client.peerAddress == address)
    #expect(try client.localAddress == .unnamed)
    guard let connection = try listener.acceptWithAddress() else {
      Issue.record("nobody connected")
      return
    }
    #expect(connection.address == .unnamed)
    #expect(try connection.stream.localAddress == address)
  }

  @Test
  func `the empty abstract name can be bound, and is not the unnamed address`() throws {
    let address = try UnixAddress(abstract: [])
    let socket = try UnixDatagram(bindingTo: address)
    #expect(try socket.localAddress == address)
    expectError(.addressInUse) { () throws(IOError) in try UnixDatagram(bindingTo: address) }
  }

  @Test
  func `binding to no name makes the system choose an abstract name`() throws {
    let socket = try UnixDatagram(bindingTo: .unnamed)
    let address = try socket.localAddress
    #expect(address.kind == .abstract)
    #expect(address.nameBytes.count == 5)
  }

  // Linux accepts a path without space for a NUL, so other programs may use such a path.
  @Test
  func `a peer whose path fills the whole address can be answered`() throws {
    let folder = TemporaryFolder()
    let path = Array(folder.file("long").utf8)
    let full = path + [UInt8](repeating: 0x61, count: 108 - path.count)
    let foreign = try GenericSocket(family: AF_UNIX, type: Int32(SOCK_DGRAM.rawValue))
    try foreign.bind(to: try GenericAddress(bytes: [UInt8(AF_UNIX), 0] + full))
    let client = try UnixDatagram(adopting: foreign.takeDescriptor())
    let server = try UnixDatagram(bindingTo: .unnamed)
    #expect(try client.send([1].span, to: try server.localAddress) == 1)
    let sender = try #require(try server.receive()?.sender)
    #expect(sender.nameBytes == full)
    #expect(try client.localAddress == sender)
    #expect(try server.send([2].span, to: sender) == 1)
    #expect(try client.receive()?.bytes == [2])
  }

  @Test
  func `a server sees the abstract name of its client`() throws {
    let address = try UnixAddress(abstract: "mio-server")
    let name = try UnixAddress(abstract: [0, 1, 2, 0])
    let server = try UnixDatagram(bindingTo: address)
    let client = try UnixDatagram(bindingTo: name)
    #expect(try client.send([1].span, to: address) == 1)
    var buffer: [UInt8] = [0]
    var room = buffer.mutableSpan
    #expect(try server.receive(into: &room)?.sender == name)
  }
}
