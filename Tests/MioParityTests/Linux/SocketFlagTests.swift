import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// All descriptors of MioNet are close-on-exec and non-blocking from the start (contract C12).
@Suite(.guardingDescriptors)
struct SocketFlagTests {
  /// Something that opens descriptors.
  struct Opening: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The number of descriptors that are opened.
    let count: Int
    /// Opens the descriptors, calls the function while they are open, and closes them.
    let whileOpen: @Sendable (() -> Void) throws -> Void

    init(
      _ name: String, _ count: Int, whileOpen: @escaping @Sendable (() -> Void) throws -> Void
    ) {
      testDescription = name
      self.count = count
      self.whileOpen = whileOpen
    }
  }

  static let address = SocketAddress(v4: .loopback, port: 0)

  /// All ways to open a descriptor, except duplication.
  static let openings: [Opening] = [
    Opening("a TCP socket", 1) { look in
      let socket = try TCPSocket(.v6)
      look()
      _ = socket.descriptor
    },
    Opening("a TCP listener, with connections", 5) { look in
      let listener = try Loopback.listener()
      let first = try Loopback.pair(of: listener)
      let client = try TCPStream(connectingTo: try listener.localAddress)
      while try client.finishConnect() == .pending {}
      let second = try listener.acceptAnnounced()
      look()
      _ = (first.first.descriptor, first.second.descriptor, second.stream.descriptor)
      _ = (listener.descriptor, client.descriptor)
    },
    Opening("a UDP socket", 1) { look in
      let socket = try UDPSocket(bindingTo: address)
      look()
      _ = socket.descriptor
    },
    Opening("a Unix listener, with connections", 5) { look in
      let listener = try UnixListener(bindingTo: .unnamed)
      let client = try UnixStream.connected(to: try listener.localAddress)
      let other = try UnixStream.connected(to: try listener.localAddress)
      let first = try listener.accept()
      let second = try listener.acceptAnnounced()
      look()
      _ = (listener.descriptor, client.descriptor, other.descriptor)
      _ = (first?.descriptor, second.stream.descriptor)
    },
    Opening("a Unix listener for packets, with a connection", 3) { look in
      let listener = try UnixPacketListener(bindingTo: .unnamed)
      let client = try UnixPacketSocket(connectingTo: try listener.localAddress)
      let server = try listener.accept()
      look()
      _ = (listener.descriptor, client?.descriptor, server?.descriptor)
    },
    Opening("pairs of Unix sockets", 6) { look in
      let streams = try UnixStream.pair()
      let datagrams = try UnixDatagram.pair()
      let packets = try UnixPacketSocket.pair()
      look()
      _ = (streams.first.descriptor, datagrams.first.descriptor, packets.first.descriptor)
      _ = (streams.second.descriptor, datagrams.second.descriptor, packets.second.descriptor)
    },
    Opening("Unix sockets without a peer", 3) { look in
      let stream = try UnixSocket()
      let datagram = try UnixDatagram()
      let bound = try UnixDatagram(bindingTo: .unnamed)
      look()
      _ = (stream.descriptor, datagram.descriptor, bound.descriptor)
    },
    Opening("a pipe", 2) { look in
      let pipe = try AnonymousPipe()
      look()
      _ = (pipe.sender.descriptor, pipe.receiver.descriptor)
    },
    Opening("sockets of any family", 3) { look in
      let stream = Int32(SOCK_STREAM.rawValue)
      let listener = try GenericSocket(family: AF_INET, type: stream)
      try listener.bind(to: try GenericAddress(address))
      try listener.listen()
      let client = try GenericSocket(family: AF_INET, type: stream)
      try client.connect(to: try listener.localAddress)
      var server = try listener.accept()
      while server == nil { server = try listener.accept() }
      look()
      _ = (listener.descriptor, client.descriptor, server?.descriptor)
    },
    Opening("a descriptor that was received", 3) { look in
      let pair = try UnixStream.pair()
      var ancillary = AncillaryData()
      try ancillary.append(pair.first.descriptor)
      _ = try pair.first.write([1].span, ancillary: ancillary)
      var received = ReceivedAncillaryData()
      var buffer: [UInt8] = [0]
      var room = buffer.mutableSpan
      _ = try pair.second.read(into: &room, ancillary: &received)
      look()
      received.removeAll()
      _ = (pair.first.descriptor, pair.second.descriptor)
    },
  ]

  @Test(arguments: openings)
  func `every opened descriptor is close-on-exec and non-blocking`(_ opening: Opening) throws {
    try expectFlags(of: opening)
  }

  @Test
  func `a duplicated descriptor is close-on-exec and non-blocking`() throws {
    try expectFlags(
      of: Opening("a duplicate", 3) { look in
        let stream = try UnixStream.pair()
        let duplicate = try stream.first.duplicateDescriptor()
        look()
        _ = (duplicate.descriptor, stream.first.descriptor, stream.second.descriptor)
      })
  }

  /// Between two calls another thread could start a program, which inherits the descriptor.
  @Test(.needs(.flagsAtOnce), arguments: openings)
  func `descriptors are opened with their flags, without a call of fcntl`(_ opening: Opening) throws
  {
    var result = Result<Void, any Error>.success(())
    withFault("fcntl", ENOBUFS) {
      result = Result { try opening.whileOpen {} }
    }
    #expect(throws: Never.self) { try result.get() }
  }

  private func expectFlags(of opening: Opening) throws {
    let before = OpenDescriptors.list()
    try opening.whileOpen {
      let opened = OpenDescriptors.list().filter { before[$0.key] != $0.value }
      #expect(opened.count == opening.count)
      for (number, target) in opened {
        #expect(OpenDescriptors.isCloseOnExec(number), "\(target) is inherited")
        #expect(OpenDescriptors.isNonBlocking(number), "\(target) blocks")
      }
    }
  }
}
