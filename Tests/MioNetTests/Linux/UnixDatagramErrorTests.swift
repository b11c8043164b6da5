import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The errors of Linux for Unix datagrams without a receiver.
///
/// Other systems have different errors and different names.
@Suite(.guardingDescriptors)
struct UnixDatagramErrorTests {
  @Test
  func `a connected Unix datagram socket can change its peer, and receives only from it`() throws {
    let socket = try UnixDatagram(bindingTo: .unnamed)
    let first = try UnixDatagram(bindingTo: .unnamed)
    let second = try UnixDatagram(bindingTo: .unnamed)
    let address = try socket.localAddress
    for peer in [try first.localAddress, try first.localAddress, try second.localAddress] {
      try socket.connect(to: peer)
      #expect(try socket.peerAddress == peer)
    }
    let error = expectError(.permissionDenied) { () throws(IOError) in
      try first.send([1], to: address)
    }
    #expect(error?.operation == .send)
    #expect(try second.send([2], to: address) == 1)
    #expect(try socket.receive()?.bytes == [2])
    try socket.disconnect()
    expectError(.notConnected) { () throws(IOError) in try socket.peerAddress }
    #expect(try first.send([3], to: address) == 1)
    #expect(try socket.receive()?.bytes == [3])
    expectError(.invalidArgument) { () throws(IOError) in try socket.connect(to: .unnamed) }
  }

  @Test
  func `sending a Unix datagram to an invalid destination throws`() throws {
    let folder = TemporaryFolder()
    let socket = try UnixDatagram()
    let missing = try folder.address("missing")
    let listener = try UnixListener(bindingTo: try folder.address("stream"))
    let errors = [
      expectError(.notFound) { () throws(IOError) in try socket.send([1], to: missing) },
      expectError(.connectionRefused) { () throws(IOError) in
        try socket.send([1], to: try UnixAddress(abstract: "mio-missing"))
      },
      expectError(.invalidArgument) { () throws(IOError) in
        try socket.send([1], to: .unnamed)
      },
      expectError(.other) { () throws(IOError) in
        try socket.send([1], to: try listener.localAddress)
      },
    ]
    #expect(errors.map { $0?.operation } == [.send, .send, .send, .send])
    #expect(errors.last??.code == EPROTOTYPE)
    expectError(.invalidArgument) { () throws(IOError) in
      try UnixStream(connectingTo: .unnamed) != nil
    }
    let nested = try folder.address("missing/socket")
    let bound = [
      expectError(.notFound) { () throws(IOError) in try UnixDatagram(bindingTo: nested) },
      expectError(.notFound) { () throws(IOError) in try UnixPacketListener(bindingTo: nested) },
      expectError(.addressInUse) { () throws(IOError) in
        try UnixDatagram(bindingTo: try listener.localAddress)
      },
      expectError(.addressInUse) { () throws(IOError) in
        try UnixPacketListener(bindingTo: try listener.localAddress)
      },
    ]
    #expect(bound.map { $0?.operation } == [.bind, .bind, .bind, .bind])
  }
}
