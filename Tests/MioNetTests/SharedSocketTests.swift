import MioCore
import MioNet
import Synchronization
import TestHelpers
import Testing

/// Contract C16: one thread sends, another receives, and a third registers and deregisters both
/// ends.
///
/// The tests prove mainly that the thread sanitizer reports no race.
@Suite(.guardingDescriptors)
struct SharedSocketTests {
  private static let count = 2000

  @Test(arguments: TestedSelector.allCases)
  func `several threads can use one UDP socket`(_ selector: TestedSelector) throws {
    let pair = try Loopback.udpPair()
    let received = try exchange(Ends(pair.first, pair.second), selector, send, receive)
    #expect(received > 0)  // some may get lost
  }

  @Test(.needs(.unixSockets), arguments: TestedSelector.allCases)
  func `several threads can use one Unix datagram socket`(_ selector: TestedSelector) throws {
    let pair = try UnixDatagram.pair()
    let received = try exchange(Ends(pair.first, pair.second), selector, send, receive)
    #expect(received == Self.count)
  }

  @Test(.needs(.unixSockets), .needs(.packets), arguments: TestedSelector.allCases)
  func `several threads can use one Unix packet socket`(_ selector: TestedSelector) throws {
    let pair = try UnixPacketSocket.pair()
    let received = try exchange(Ends(pair.first, pair.second), selector, send, receive)
    #expect(received == Self.count)
  }

  @Test(.needs(.unixSockets), arguments: TestedSelector.allCases)
  func `several threads can use one Unix stream`(_ selector: TestedSelector) throws {
    let pair = try UnixStream.pair()
    let received = try exchange(Ends(pair.first, pair.second), selector, write, read)
    #expect(received == Self.count)
  }

  @Test(.needs(.pipes), arguments: TestedSelector.allCases)
  func `several threads can use one pipe`(_ selector: TestedSelector) throws {
    let pipe = try AnonymousPipe()
    let received = try exchange(Ends(pipe.sender, pipe.receiver), selector, write, read)
    #expect(received == Self.count)
  }

  /// Sends and receives single bytes while the sources change their registrations.
  ///
  /// - Returns: The number of bytes that were received.
  private func exchange<Near: Source & ~Copyable & Sendable, Far: Source & ~Copyable & Sendable>(
    _ ends: Ends<Near, Far>, _ selector: TestedSelector,
    _ send: @escaping @Sendable (borrowing Near) throws(IOError) -> Int?,
    _ receive: @escaping @Sendable (borrowing Far) throws(IOError) -> Int?
  ) throws -> Int {
    let isSent = Flag()
    let received = Counter()
    let sender = Worker {
      defer { isSent.set() }
      var sent = 0
      while sent < Self.count { sent += try send(ends.near) ?? 0 }
    }
    let receiver = Worker {
      var isLast = false
      while !isLast {
        isLast = isSent.isSet
        while let count = try receive(ends.far) { received.add(count) }
      }
    }
    let poll = try selector.makePoll()
    var rounds = 0
    while !isSent.isSet || rounds == 0 {
      try poll.register(ends.near, token: 1, interest: .writable)
      try poll.register(ends.far, token: 2, interest: .readable)
      _ = try poll.poll(timeout: .microseconds(50))
      try poll.reregister(ends.far, token: 3, interest: .readable, mode: .oneShot)
      try poll.deregister(ends.near)
      try poll.deregister(ends.far)
      rounds += 1
    }
    try sender.join()
    try receiver.join()
    // The sources still work: new data is reported.
    try poll.register(ends.far, token: 4, interest: .readable)
    #expect(try receive(ends.far) == nil)
    #expect(try send(ends.near) == 1)
    try poll.next(4, where: \.isReadable)
    #expect(try receive(ends.far) == 1)
    return received.value
  }
}

/// Two ends that several threads share.
private final class Ends<Near: ~Copyable & Sendable, Far: ~Copyable & Sendable>: Sendable {
  let near: Near
  let far: Far

  init(_ near: consuming Near, _ far: consuming Far) {
    self.near = near
    self.far = far
  }
}

private final class Flag: Sendable {
  private let state = Atomic(false)
  var isSet: Bool { state.load(ordering: .acquiring) }
  func set() { state.store(true, ordering: .releasing) }
}

private final class Counter: Sendable {
  private let count = Atomic(0)
  var value: Int { count.load(ordering: .acquiring) }
  func add(_ number: Int) { count.add(number, ordering: .acquiringAndReleasing) }
}

@Sendable
private func send<S: MessageSocket & ~Copyable>(_ socket: borrowing S) throws(IOError) -> Int? {
  try socket.send([1].span)
}

@Sendable
private func receive<S: MessageSocket & ~Copyable>(_ socket: borrowing S) throws(IOError) -> Int? {
  var byte: [UInt8] = [0]
  var room = byte.mutableSpan
  return try unsafe room.withUnsafeMutableBufferPointer { bytes throws(IOError) in
    try unsafe socket.receive(into: UnsafeMutableRawBufferPointer(bytes))?.count
  }
}

@Sendable
private func write<W: ByteWriter & ~Copyable>(_ writer: borrowing W) throws(IOError) -> Int? {
  try writer.write([1].span)
}

@Sendable
private func read<R: ByteReader & ~Copyable>(_ reader: borrowing R) throws(IOError) -> Int? {
  var byte: [UInt8] = [0]
  var room = byte.mutableSpan
  return try reader.read(into: &room)
}
