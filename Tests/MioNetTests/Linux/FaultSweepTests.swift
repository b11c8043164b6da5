import CMioSocket
import Glibc
import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// Each system call of each operation fails once.
@Suite(.guardingDescriptors)
struct FaultSweepTests {
  private let address = SocketAddress(v4: .loopback, port: 0)

  @Test
  func `a listener that cannot be created leaves nothing open`() throws {
    let failed = try sweepFaults {
    } _: { _ throws(IOError) in
      _ = try TCPListener(bindingTo: address)
    }
    #expect(failed == calls("socket", "setsockopt", "bind", "listen"))
  }

  @Test
  func `a stream that cannot be connected leaves nothing open`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try Loopback.listener()
    } _: { listener throws(IOError) in
      _ = try TCPStream(connectingTo: try listener.localAddress)
    }
    #expect(failed == calls("getsockname", "socket", "connect"))
  }

  @Test
  func `a connection that cannot be accepted keeps waiting`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try Waiting.make()
    } _: { waiting throws(IOError) in
      _ = try waiting.listener.acceptWithAddress()
    }
    #expect(failed == calls("accept4"))
  }

  @Test
  func `a TCP socket that cannot be configured leaves nothing open`() throws {
    let failed = try sweepFaults {
    } _: { _ throws(IOError) in
      let socket = try TCPSocket(.v6)
      try socket.set(.linger, to: .seconds(1))
      try socket.set(.noDelay, to: true)
      _ = try socket.value(of: .receiveBufferSize)
      try socket.bind(to: SocketAddress(v6: .loopback, port: 0))
      _ = try socket.listen()
    }
    #expect(
      failed
        == calls(
          "socket", "setsockopt", "setsockopt", "setsockopt", "setsockopt", "getsockopt", "bind",
          "listen"))
  }

  @Test
  func `a stream works after a failed query`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try Loopback.pair()
    } _: { pair throws(IOError) in
      _ = try pair.first.localAddress
      _ = try pair.first.peerAddress
      _ = try pair.first.takeError()
      _ = try pair.first.finishConnect()
      try pair.first.shutdown(.write)
    }
    #expect(
      failed == [
        "getsockname", "getpeername", "getsockopt", "getsockopt", "getpeername", "shutdown",
      ])
  }

  @Test
  func `a socket that cannot be adopted still belongs to the caller`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try RawSocket()
    } _: { raw throws(IOError) in
      let stream = try TCPStream(adopting: raw.descriptor)
      #expect(stream.takeDescriptor() == raw.descriptor)
    }
    #expect(failed == ["getsockopt", "getsockname", "fcntl", "fcntl", "fcntl", "fcntl"])
  }

  @Test
  func `a reserve that cannot reject connections throws, unless it has already rejected some`()
    throws
  {
    // A connection that is closed without a reset also counts as turned away. The next call returns
    // a later error again.
    let served = Int32(calls("open", "accept4").count)
    let failed = try sweepFaults(tolerating: [served, served + 1]) {
      () throws(IOError) in
      try Waiting.make()
    } _: { waiting throws(IOError) in
      var reserve = try DescriptorReserve()
      #expect(try reserve.turnAway(from: waiting.listener) == 1)
    }
    let inVain = hasFlagsAtOnce ? "accept4" : "accept"
    #expect(failed == calls("open", "accept4", "setsockopt") + [inVain, "open"])
  }

  @Test
  func `Unix sockets and pipes that cannot be created leave nothing open`() throws {
    let failed = try sweepFaults {
    } _: { _ throws(IOError) in
      _ = try UnixStream.pair()
      _ = try AnonymousPipe()
      let listener = try UnixListener(bindingTo: .unnamed)
      guard let client = try UnixStream(connectingTo: try listener.localAddress) else { return }
      _ = try listener.acceptWithAddress()
      _ = try client.peerCredentials
    }
    #expect(
      failed
        == calls(
          "socketpair", "pipe2", "socket", "bind", "listen", "getsockname", "socket", "connect",
          "accept4", "getsockopt"))
  }

  @Test
  func `a UDP socket that cannot be configured leaves nothing open`() throws {
    let failed = try sweepFaults {
    } _: { _ throws(IOError) in
      let socket = try UDPSocket(bindingTo: address)
      try socket.join(IPv4Address(239, 255, 0, 1), interfaceAddress: .loopback)
      try socket.connect(to: SocketAddress(v4: .loopback, port: 9))
      try socket.disconnect()
    }
    #expect(failed == calls("socket", "bind", "setsockopt", "connect", "connect"))
  }

  @Test
  func `querying or setting an option throws if the system call fails`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try Loopback.pair()
    } _: { pair throws(IOError) in
      _ = try pair.first.tcpInfo
      _ = try pair.first.value(of: .noDelay)
      try pair.first.set(.noDelay, to: true)
      var bytes: [UInt8] = [0, 0, 0, 0]
      var room = bytes.mutableSpan
      _ = try pair.first.readOption(level: SOL_SOCKET, name: SO_TYPE, into: &room)
      try pair.first.writeOption(level: SOL_SOCKET, name: SO_KEEPALIVE, from: bytes.span)
      _ = try pair.first.duplicateDescriptor()
    }
    #expect(
      failed == ["getsockopt", "getsockopt", "setsockopt", "getsockopt", "setsockopt", "fcntl"])
  }

  // The last call repeats an earlier query. If it fails, the result of the earlier query is used.
  @Test
  func `finishing a connect throws if the system cannot return the state of the connect`() throws {
    let failed = try sweepFaults(tolerating: [4]) {
      () throws(IOError) in
      try TCPStream(adopting: TCPSocket(.v4).takeDescriptor())
    } _: { stream throws(IOError) in
      do throws(IOError) {
        _ = try stream.finishConnect()
      } catch  where error.kind == .notConnected {
      }
    }
    #expect(failed == ["getsockopt", "getpeername", "poll", "getsockopt", "getpeername"])
  }

  @Test
  func `a descriptor that cannot be reopened leaves nothing open`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try DescriptorReserve()
    } _: { _ throws(IOError) in
      _ = try OwnedDescriptor(reopening: Descriptor(0))
    }
    #expect(failed == ["fcntl", "open"])
  }

  @Test
  func `joining or leaving a multicast group throws if the system refuses it`() throws {
    let group = IPv4Address(239, 255, 0, 1)
    let loopback = try NetworkInterface.index(of: "lo")
    let failed = try sweepFaults {
      () throws(IOError) in
      try UDPSocket(.v4)
    } _: { socket throws(IOError) in
      try socket.join(group, interfaceAddress: .loopback)
      try socket.leave(group, interfaceAddress: .loopback)
      try socket.join(group, interfaceIndex: loopback)
      try socket.leave(group, interfaceIndex: loopback)
      try socket.join(group, from: .loopback, interfaceIndex: loopback)
      try socket.leave(group, from: .loopback, interfaceIndex: loopback)
    }
    #expect(failed == [String](repeating: "setsockopt", count: 6))
  }

  @Test
  func `a generic socket that cannot be configured leaves nothing open`() throws {
    let failed = try sweepFaults {
    } _: { _ throws(IOError) in
      let socket = try GenericSocket(family: AF_INET, type: Int32(SOCK_STREAM.rawValue))
      try socket.bind(to: try GenericAddress(address))
      try socket.listen()
      _ = try GenericSocket(adopting: socket.duplicateDescriptor())
    }
    #expect(
      failed
        == calls("socket", "bind", "listen")
        + ["fcntl", "getsockopt", "fcntl", "fcntl", "fcntl"])
  }

  @Test
  func `an end of a pipe that cannot be adopted still belongs to the caller`() throws {
    let failed = try sweepFaults {
      () throws(IOError) in
      try AnonymousPipe()
    } _: { pipe throws(IOError) in
      let sender = try PipeSender(adopting: pipe.sender.descriptor)
      #expect(sender.takeDescriptor() == pipe.sender.descriptor)
    }
    #expect(failed == ["fstat", "fcntl", "fcntl", "fcntl", "fcntl"])
  }
}

// It is a variable, because the compiler warns about the other branch if it knows the value.
private let hasFlagsAtOnce = C_MIO_IS_LIKE_APPLE == 0

/// Returns the expected calls.
///
/// Systems that cannot create a descriptor with its flags need two queries and two changes more for
/// each descriptor.
private func calls(_ names: String...) -> [String] {
  if hasFlagsAtOnce { return names }
  let flags = [String](repeating: "fcntl", count: 4)
  return names.flatMap {
    switch $0 {
    case "socket": ["socket"] + flags
    case "accept4": ["accept"] + flags
    case "socketpair": ["socketpair"] + flags + flags
    case "pipe2": ["pipe"] + flags + flags
    default: [$0]
    }
  }
}

/// A listener with a connection that waits to be accepted.
private struct Waiting: ~Copyable {
  let listener: TCPListener
  let client: TCPStream

  static func make() throws(IOError) -> Waiting {
    let listener = try Loopback.listener()
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    return Waiting(listener: listener, client: client)
  }
}

/// A blocking socket that only this value owns.
private struct RawSocket: ~Copyable {
  let descriptor: Descriptor

  init() throws(IOError) {
    descriptor = Descriptor(try IOError.check(Glibc.socket(AF_INET, 1, 0), .create))
  }

  deinit { _ = Glibc.close(descriptor.fileDescriptor) }
}
