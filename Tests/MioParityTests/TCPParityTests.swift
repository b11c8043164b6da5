import MioCore
import MioNet
import MioTestSupport
import TestHelpers
import Testing

/// The counterparts of mio's `tests/tcp.rs` that transfer data.
///
/// `TCPParityTests+Closing.swift` has the counterparts that test the beginning and the end of a
/// connection.
@Suite(.guardingDescriptors)
struct TCPParityTests {
  /// 16 MiB, which is more than all buffers between the two ends can hold.
  private static let bulk: [UInt8] = {
    var bytes = (0..<1 << 12).map { UInt8(truncatingIfNeeded: $0 * 31 >> 3) }
    // Doubling is fast. The last byte of each copy differs, so that a lost copy is noticed.
    while bytes.count < 1 << 24 {
      bytes += bytes
      bytes[bytes.count - 1] &+= 1
    }
    return bytes
  }()

  @Test
  func `a socket has the size of a descriptor and two words`() {
    #expect(MemoryLayout<TCPListener>.size == 3 * MemoryLayout<UInt>.size)
    #expect(MemoryLayout<TCPStream>.size == 3 * MemoryLayout<UInt>.size)
  }

  @Test
  func `threads can share listeners and streams`() {
    expectSendable(TCPListener.self)
    expectSendable(TCPStream.self)
  }

  @Test(arguments: TestedSelector.allCases)
  func `16 MiB can be read with an edge-triggered registration`(_ selector: TestedSelector) throws {
    try transferBulk(selector) { poll, stream in
      try poll.receive(Self.bulk.count, from: stream, token: 1)
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `16 MiB can be read with a peek before each read`(_ selector: TestedSelector) throws {
    try transferBulk(selector) { poll, stream in
      var all: [UInt8] = []
      while all.count < Self.bulk.count {
        guard let next = try stream.peeked(upTo: 64 * 1024) else {
          try poll.next(1, where: \.isReadable)
          continue
        }
        #expect(try stream.receive(upTo: next.count) == next)
        all += next
      }
      return all
    }
  }

  @Test(arguments: TestedSelector.allCases)
  func `16 MiB can be written with an edge-triggered registration`(
    _ selector: TestedSelector
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .writable)
    let received = Locked<[UInt8]>([])
    let reader = Worker {
      let poll = try selector.makePoll()
      try poll.register(pair.second, token: 2, interest: .readable)
      let all = try poll.receive(Self.bulk.count, from: pair.second, token: 2)
      received.withLock { $0 = all }
    }
    try poll.send(Self.bulk, to: pair.first, token: 1)
    try reader.join()
    #expect(received.withLock { $0 == Self.bulk })
  }

  @Test(arguments: TestedSelector.allCases)
  func `many small writes after one event all arrive`(_ selector: TestedSelector) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    let kibibyte = Array(Self.bulk[..<1024])
    try poll.register(pair.first, token: 1, interest: .writable)
    try poll.register(pair.second, token: 2, interest: .readable)
    try poll.next(1, where: \.isWritable)
    for _ in 0..<16 { #expect(try pair.first.send(kibibyte) == 1024) }
    let received = try poll.receive(16 * 1024, from: pair.second, token: 2)
    #expect(received == (0..<16).flatMap { _ in kibibyte })
  }

  /// Sends the 16 MiB from another thread.
  ///
  /// `read` receives them from a stream with the token 1.
  private func transferBulk(
    _ selector: TestedSelector,
    read: (any TestPoll, borrowing TCPStream) throws -> [UInt8]
  ) throws {
    let poll = try selector.makePoll()
    let pair = try Loopback.pair()
    try poll.register(pair.first, token: 1, interest: .readable)
    let writer = Worker {
      let poll = try selector.makePoll()
      try poll.register(pair.second, token: 2, interest: .writable)
      try poll.send(Self.bulk, to: pair.second, token: 2)
    }
    let received = try read(poll, pair.first)
    try writer.join()
    #expect(received == Self.bulk, "\(received.count) bytes")
  }
}
