import CMioErrors
import CMioSocket
import Glibc
import MioCore
import TestHelpers
import Testing

@testable import MioNet

/// Promises of the headers of the C shim on which the Swift code does not depend.
@Suite(.guardingDescriptors)
struct ShimTests {
  private func makeSocket(_ family: UInt32, _ type: UInt32) throws -> OwnedDescriptor {
    let result = c_mio_create(c_mio_kind(family: family, type: type))
    try #require(result >= 0)
    return OwnedDescriptor(owning: Descriptor(rawValue: result))
  }

  @Test
  func `functions of the C shim for IP sockets return zero on success`() throws {
    let listener = try makeSocket(C_MIO_FAMILY_V4, C_MIO_TYPE_STREAM)
    let listening = listener.descriptor.rawValue
    #expect(c_mio_allow_rebinding(listening) == 0 && c_mio_exclude_others(listening) == 0)
    var name = try SocketAddress(v4: .loopback, port: 0).name(for: .bind)
    #expect(unsafe c_mio_bind(listening, &name) == 0 && c_mio_listen(listening, 1) == 0)
    #expect(unsafe c_mio_local_name(listening, &name) == 0)
    let client = try makeSocket(C_MIO_FAMILY_V4, C_MIO_TYPE_STREAM)
    let connecting = client.descriptor.rawValue
    #expect(unsafe c_mio_connect(connecting, &name) == 0)
    withFault("connect", EINTR) { #expect(unsafe c_mio_connect(connecting, &name) == 0) }
    var peer = c_mio_name()
    while unsafe c_mio_peer_name(connecting, &peer) == -Int(ENOTCONN) {}
    #expect(unsafe c_mio_peer_name(connecting, &peer) == 0 && peer.length == name.length)
    var info = c_mio_tcp_info()
    #expect(unsafe c_mio_get_tcp_info(connecting, &info) == 0)
    var kind = c_mio_kind()
    #expect(unsafe c_mio_get_kind(connecting, &kind) == 0 && c_mio_check_socket(connecting) == 0)
    #expect(kind.family == C_MIO_FAMILY_V4 && kind.type == C_MIO_TYPE_STREAM)
    #expect(c_mio_adopt(connecting) == 0 && c_mio_shutdown(connecting, 2) == 0)

    let udp = try makeSocket(C_MIO_FAMILY_V4, C_MIO_TYPE_DATAGRAM)
    #expect(unsafe c_mio_connect(udp.descriptor.rawValue, &name) == 0)
    #expect(c_mio_disconnect(udp.descriptor.rawValue) == 0)
    #expect(c_mio_close(udp.take().rawValue) == 0)
  }

  @Test
  func `functions of the C shim for Unix sockets and pipes return zero on success`() throws {
    var first = 0
    var second = 0
    #expect(unsafe c_mio_create_pair(C_MIO_TYPE_STREAM, &first, &second) == 0)
    let ends = [first, second].map { Descriptor(rawValue: $0) }
    let one = OwnedDescriptor(owning: ends[0])
    let other = OwnedDescriptor(owning: ends[1])
    var credentials = c_mio_credentials()
    #expect(unsafe c_mio_peer_credentials(one.descriptor.rawValue, &credentials) == 0)
    #expect(c_mio_send_file(other.descriptor.rawValue, first, 0, 0) == 0)
    #expect(unsafe c_mio_pipe_create(&first, &second) == 0)
    let receiver = OwnedDescriptor(owning: Descriptor(rawValue: first))
    let sender = OwnedDescriptor(owning: Descriptor(rawValue: second))
    #expect(c_mio_pipe_adopt(receiver.descriptor.rawValue, 0) == 0)
    #expect(c_mio_pipe_adopt(sender.descriptor.rawValue, 1) == 0)

    let folder = TemporaryFolder()
    let bound = try UnixListener(bindingTo: try folder.address())
    var name = try bound.localAddress.name(for: .bind)
    let socket = try makeSocket(C_MIO_FAMILY_UNIX, C_MIO_TYPE_STREAM)
    #expect(unsafe c_mio_connect(socket.descriptor.rawValue, &name) == 0)
    #expect(unsafe c_mio_remove_socket_file(&name) == 0)
    #expect(unsafe c_mio_remove_socket_file(&name) == -Int(ENOENT))
    name = try UnixAddress(path: "/dev/null").name(for: .bind)
    #expect(unsafe c_mio_remove_socket_file(&name) == -Int(EADDRINUSE))
    var interface = c_mio_interface()
    let result = unsafe withUnsafeMutableBytes(of: &interface.name) { name in
      unsafe c_mio_interface_name(
        UInt32(if_nametoindex("lo")), name.baseAddress?.assumingMemoryBound(to: CChar.self))
    }
    #expect(result == 0)
  }

  /// The lowest 32 bits of the last word are the number of an open descriptor.
  @Test
  func `the C shim refuses numbers that no descriptor can have`() throws {
    let socket = try UDPSocket(.v4)
    let pair = try UnixStream.pair()
    let truncated = socket.descriptor.rawValue | 1 << 32
    for word in [-1, Int.min, 1 << 31, truncated] {
      let none = -Int(EBADF)
      var kind = c_mio_kind()
      #expect(unsafe c_mio_get_kind(word, &kind) == none && c_mio_check_socket(word) == none)
      #expect(c_mio_reopen(word) == none && c_mio_duplicate(word) == none)
      #expect(c_mio_pipe_adopt(word, 0) == none && c_mio_close(word) == none)
      #expect(c_mio_send_file(pair.first.descriptor.rawValue, word, 0, 1) == none)
    }
    #expect(c_mio_lacks_port(-1) == 0)
    #expect(c_mio_is_descriptor(Int(Int32.max)) != 0)
  }

  @Test
  func `an IP socket lacks a port until it is bound, and a Unix socket never lacks one`() throws {
    for version in [IPVersion.v4, .v6] {
      let socket = try UDPSocket(version)
      #expect(c_mio_lacks_port(socket.descriptor.rawValue) == 1)
      let loopback = SocketAddress(version == .v4 ? .v4(.loopback) : .v6(.loopback), port: 0)
      try socket.bind(to: loopback)
      #expect(c_mio_lacks_port(socket.descriptor.rawValue) == 0)
    }
    let unix = try UnixDatagram()
    #expect(c_mio_lacks_port(unix.descriptor.rawValue) == 0)
  }

  @Test
  func `an interrupted query of the state of a connect is repeated`() throws {
    let socket = try TCPSocket(.v4)
    let state = c_mio_connect_state(socket.descriptor.rawValue)
    #expect(state == C_MIO_CONNECT_OVER)
    withFault("poll", EINTR) {
      #expect(c_mio_connect_state(socket.descriptor.rawValue) == state)
    }
    withFault("poll", ENOMEM) {
      #expect(c_mio_connect_state(socket.descriptor.rawValue) == -Int(ENOMEM))
    }
  }

  @Test
  func `a batch of 64 messages, the maximum of one call, is sent and received`() throws {
    let pair = try UDPPair.make()
    try pair.second.set(.receiveBufferSize, to: 1 << 20)
    var batch = try MessageBatch<SocketAddress>(capacity: 64, messageCapacity: 1)
    for byte in 0..<64 as Range<UInt8> { #expect(try batch.append([byte].span)) }
    while !batch.isEmpty { _ = try pair.first.send(&batch) }
    var received: [UInt8] = []
    while received.count < 64 {
      let count = try pair.second.receive(into: &batch) ?? 0
      for position in 0..<count {
        batch.withBytes(at: position) { received += [$0[0]] }
      }
    }
    #expect(received == Array(0..<64))
  }
}
