import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Existing files of Unix sockets that prevent a bind.
@Suite(.guardingDescriptors)
struct StaleFileTests {
  @Test
  func `a file that no socket serves is replaced on request`() throws {
    let folder = TemporaryFolder()
    let address = try folder.address()
    try UnixListener(bindingTo: address).close()
    expectError(.addressInUse) { () throws(IOError) in try UnixListener(bindingTo: address) }
    let listener = try UnixListener(bindingTo: address, replacingStaleFile: true)
    _ = try UnixStream.connected(to: address)
    #expect(try listener.accept() != nil)
    try listener.close()

    try UnixDatagram(bindingTo: address, replacingStaleFile: true).close()
    expectError(.addressInUse) { () throws(IOError) in try UnixDatagram(bindingTo: address) }
    let datagrams = try UnixDatagram(bindingTo: address, replacingStaleFile: true)
    #expect(try UnixDatagram().send([1].span, to: address) == 1)
    try datagrams.close()

    let packets = try UnixPacketListener(bindingTo: address, replacingStaleFile: true)
    expectError(.addressInUse) { () throws(IOError) in
      try UnixPacketListener(bindingTo: address, replacingStaleFile: true)
    }
    try packets.close()
    let socket = try UnixSocket()
    try socket.bind(to: address, replacingStaleFile: true)
    #expect(try socket.localAddress == address)
  }

  @Test
  func `if a stale socket file cannot be removed, it stays and binding throws the reason`() throws {
    let folder = TemporaryFolder()
    let address = try folder.address()
    try UnixListener(bindingTo: address).close()
    var error: IOError?
    withFault("unlink", EPERM) {
      do throws(IOError) {
        _ = try UnixListener(bindingTo: address, replacingStaleFile: true)
      } catch let thrown {
        error = thrown
      }
    }
    #expect(error?.operation == .bind && error?.code == EPERM)
    _ = try UnixListener(bindingTo: address, replacingStaleFile: true)
  }

  @Test
  func `a file that a socket serves is not replaced`() throws {
    let folder = TemporaryFolder()
    let address = try folder.address()
    let listener = try UnixListener(bindingTo: address, backlog: 0)
    // The result is the same if the backlog is full, and for a socket of another kind.
    var waiting = TokenTable<UnixStream>()
    for _ in 0..<3 {
      let error = expectError(.addressInUse) { () throws(IOError) in
        try UnixListener(bindingTo: address, replacingStaleFile: true)
      }
      #expect(error?.operation == .bind)
      expectError(.addressInUse) { () throws(IOError) in
        try UnixDatagram(bindingTo: address, replacingStaleFile: true)
      }
      guard let stream = try UnixStream(connectingTo: address) else { break }
      _ = waiting.insert(stream)
    }
    #expect(try listener.accept() != nil)
    let other = try folder.address("datagrams")
    let datagrams = try UnixDatagram(bindingTo: other)
    expectError(.addressInUse) { () throws(IOError) in
      try UnixListener(bindingTo: other, replacingStaleFile: true)
    }
    #expect(try UnixDatagram().send([1].span, to: try datagrams.localAddress) == 1)
  }

  @Test
  func `a file that is not the file of a socket is not replaced`() throws {
    let folder = TemporaryFolder()
    let address = try folder.address("socket")
    try UnixListener(bindingTo: address).close()
    let file = folder.file("file")
    close(unsafe open(file, O_CREAT | O_CLOEXEC, 0o600))
    let link = folder.file("link")
    #expect(unsafe symlink(folder.file("socket"), link) == 0)
    let pipe = folder.file("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    for path in [file, link, pipe] {
      let address = try UnixAddress(path: path)
      expectError(.addressInUse) { () throws(IOError) in
        try UnixListener(bindingTo: address, replacingStaleFile: true)
      }
      #expect(unsafe access(path, F_OK) == 0)
    }
  }

  @Test
  func `other errors are the same with and without the replacement`() throws {
    let folder = TemporaryFolder()
    let missing = try UnixAddress(path: "/nonexistent/socket")
    expectError(.notFound) { () throws(IOError) in
      try UnixListener(bindingTo: missing, replacingStaleFile: true)
    }
    let name = try UnixAddress(abstract: folder.path)
    let listener = try UnixListener(bindingTo: name, replacingStaleFile: true)
    expectError(.addressInUse) { () throws(IOError) in
      try UnixListener(bindingTo: listener.localAddress, replacingStaleFile: true)
    }
  }
}
