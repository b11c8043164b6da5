import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// The notifications about operations that a selector with state for a source receives.
///
/// A selector that emulates edges watches a direction again only after it is notified that an
/// operation would block.
@Suite(
  .guardingDescriptors,
  .enabled(if: RegistrationState.notifiesOfOperations, "an optimized build does not notify"))
struct NotificationTests {
  private final class ListeningRecord: RegistrationRecord, @unchecked Sendable {
    // Safety of `@unchecked`: one thread uses it.

    private var heard: [String] = []

    override func operationWillBegin(_ direction: Direction) { heard.append("begins \(direction)") }
    override func wouldBlock(_ direction: Direction) { heard.append("blocks \(direction)") }

    /// Returns the notifications since the last call.
    func take() -> [String] {
      defer { heard = [] }
      return heard
    }
  }

  private let record = ListeningRecord(selector: SelectorIdentity())

  private func listen<Source: DescriptorSource & ~Copyable>(to source: borrowing Source) {
    source.withRegistration { _, state in state.add(record) }
  }

  @Test
  func `a selector is notified of the direction of each operation of a stream`() throws {
    let pair = try Loopback.pair()
    listen(to: pair.first)
    #expect(try pair.first.receive() == nil)
    #expect(record.take() == ["begins readable", "blocks readable"])
    #expect(try pair.first.send([1]) == 1)
    #expect(record.take() == ["begins writable"])
    #expect(try pair.first.write([1].span, [2].span) == 2)
    #expect(record.take() == ["begins writable"])
    var first: [UInt8] = [0]
    var second: [UInt8] = [0]
    var firstRoom = first.mutableSpan
    var secondRoom = second.mutableSpan
    #expect(try pair.first.read(into: &firstRoom, &secondRoom) == nil)
    #expect(record.take() == ["begins readable", "blocks readable"])
    #expect(try pair.first.peek(into: &firstRoom) == nil)
    #expect(record.take() == ["begins readable", "blocks readable"])
    try pair.first.fill()
    #expect(record.take().last == "blocks writable")
    #expect(try pair.first.finishConnect() == .connected)
    #expect(record.take() == ["begins writable"])
  }

  @Test
  func `a selector is notified that writing a part of a file is a write`() throws {
    let pair = try UnixStream.pair()
    listen(to: pair.first)
    let file = OwnedDescriptor(owning: Descriptor(unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)))
    _ = try? pair.first.write(contentsOf: file.descriptor, at: 0, count: 1)
    #expect(record.take() == ["begins writable"])
  }

  @Test
  func `a selector is notified that a write would block while a connect is pending`() throws {
    let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0), backlog: 0)
    let address = try listener.localAddress
    // The system drops requests when the backlog is full.
    try connect(to: address) { first throws(IOError) in
      try connect(to: address) { second throws(IOError) in
        try connect(to: address) { third throws(IOError) in
          listen(to: third)
          #expect(try third.finishConnect() == .pending)
          #expect(record.take() == ["begins writable", "blocks writable"])
        }
      }
    }
  }

  private func connect(
    to address: SocketAddress, _ body: (borrowing TCPStream) throws(IOError) -> Void
  ) throws(IOError) {
    let stream = try TCPStream(connectingTo: address)
    try body(stream)
  }

  @Test
  func `a selector is notified that accepting is a read`() throws {
    let listener = try Loopback.listener()
    listen(to: listener)
    let nobody = try listener.accept() == nil
    #expect(nobody)
    #expect(record.take() == ["begins readable", "blocks readable"])
  }

  @Test
  func `a selector watches both directions again after a listen, connect or disconnect`() throws {
    let both = ["blocks readable", "blocks writable"]
    let socket = try TCPSocket(.v4)
    listen(to: socket)
    try socket.bind(to: SocketAddress(v4: .loopback, port: 0))
    #expect(record.take() == [])
    let listener = try socket.listen()
    #expect(record.take() == both)
    let client = try TCPSocket(.v4)
    listen(to: client)
    _ = try client.connect(to: try listener.localAddress)
    #expect(record.take() == both)
    let udp = try Loopback.udpSocket()
    listen(to: udp)
    try udp.connect(to: SocketAddress(v4: .loopback, port: 9))
    #expect(record.take() == both)
    try udp.disconnect()
    #expect(record.take() == both)
    let unix = try UnixSocket()
    try unix.bind(to: .unnamed)
    listen(to: unix)
    let unixListener = try unix.listen()
    #expect(record.take() == both)
    _ = try unixListener.localAddress
    #expect(record.take() == [])
  }

  @Test
  func `after an error of a message socket, the selector watches the direction again`() throws {
    let pair = try UDPPair.make()
    let refusing = pair.first
    try pair.second.close()
    listen(to: refusing)
    for _ in 0..<2 {
      #expect(try refusing.send([1].span) == 1)
      #expect(record.take() == ["begins writable"])
      expectError(.connectionRefused) { () throws(IOError) in _ = try refusing.receive() }
      #expect(record.take() == ["begins readable", "blocks readable"])
    }
    #expect(try refusing.send([1].span) == 1)
    _ = record.take()
    expectError(.connectionRefused) { () throws(IOError) in try refusing.send([1].span) }
    #expect(record.take() == ["begins writable", "blocks writable"])
    #expect(try refusing.send([1].span) == 1)
    _ = record.take()
    #expect(try refusing.takeError()?.kind == .connectionRefused)
    #expect(record.take() == ["blocks readable", "blocks writable"])
    #expect(try refusing.takeError() == nil)
    #expect(record.take() == [])
  }

  @Test
  func `a selector is notified of the direction of each operation of a message socket`() throws {
    let pair = try UDPPair.make()
    let socket = pair.first
    let address = try pair.second.localAddress
    listen(to: socket)
    let nothing = AncillaryData()
    var batch = try MessageBatch<SocketAddress>(capacity: 1, messageCapacity: 1)
    #expect(try batch.append([1].span))
    #expect(try socket.send([1].span) == 1)
    #expect(try socket.send([1].span, [2].span) == 2)
    #expect(try socket.send([1].span, to: address) == 1)
    #expect(try socket.send([1].span, [2].span, to: address) == 2)
    #expect(try socket.send([1].span, ancillary: nothing) == 1)
    #expect(try socket.send([1].span, [2].span, ancillary: nothing) == 2)
    #expect(try socket.send([1].span, ancillary: nothing, flags: 0) == 1)
    #expect(try socket.send(&batch) == 1)
    #expect(record.take() == [String](repeating: "begins writable", count: 8))
    #expect(try socket.receive(into: &batch) == nil)
    var received = ReceivedAncillaryData()
    var first: [UInt8] = [0]
    var second: [UInt8] = [0]
    var room = first.mutableSpan
    var more = second.mutableSpan
    #expect(try socket.receive(into: &room) == nil)
    #expect(try socket.receive(into: &room, &more) == nil)
    #expect(try socket.peek(into: &room) == nil)
    #expect(try socket.receive(into: &room, ancillary: &received) == nil)
    #expect(try socket.receive(into: &room, &more, ancillary: &received) == nil)
    #expect(try socket.receive(into: &room, ancillary: &received, flags: 0) == nil)
    #expect(record.take() == (0..<7).flatMap { _ in ["begins readable", "blocks readable"] })
  }

  @Test
  func `a selector is notified of the direction of each transfer with ancillary data`() throws {
    let pair = try UnixStream.pair()
    listen(to: pair.first)
    let nothing = AncillaryData()
    #expect(try pair.first.write([1].span, ancillary: nothing) == 1)
    #expect(try pair.first.write([1].span, [2].span, ancillary: nothing) == 2)
    #expect(record.take() == ["begins writable", "begins writable"])
    var received = ReceivedAncillaryData()
    var first: [UInt8] = [0]
    var second: [UInt8] = [0]
    var room = first.mutableSpan
    var more = second.mutableSpan
    #expect(try pair.first.read(into: &room, ancillary: &received) == nil)
    #expect(try pair.first.read(into: &room, &more, ancillary: &received) == nil)
    #expect(record.take() == (0..<2).flatMap { _ in ["begins readable", "blocks readable"] })
  }

  @Test
  func `after an error of sending that persists, the selector does not watch again`() throws {
    let pair = try UDPPair.make()
    listen(to: pair.first)
    try pair.first.shutdown(.write)
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.send([1].span) }
    #expect(record.take() == ["begins writable"])
    let nobody = try UnixDatagram()
    listen(to: nobody)
    expectError(.notConnected) { () throws(IOError) in try nobody.send([1].span) }
    #expect(record.take() == ["begins writable"])
  }

  @Test
  func `a selector is notified of the direction of each operation of a pipe`() throws {
    let pipe = try AnonymousPipe()
    listen(to: pipe.receiver)
    #expect(try pipe.receiver.receive() == nil)
    #expect(record.take() == ["begins readable", "blocks readable"])
    listen(to: pipe.sender)
    #expect(try pipe.sender.send([1]) == 1)
    #expect(record.take() == ["begins writable"])
    while try pipe.sender.write([UInt8](repeating: 0, count: 4096).span) != nil {}
    #expect(record.take().last == "blocks writable")
  }
}
