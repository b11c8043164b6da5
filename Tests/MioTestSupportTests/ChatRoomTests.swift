@testable import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The room of the chat without a listener, over a mock.
struct ChatRoomTests {
  /// A room, with a poll and the peers of its guests.
  private struct MockChat: ~Copyable {
    let queue: MockQueue
    var room: ChatRoom<MockStream>
    private var poll: Poll<MockSelector>
    private var events: Events<MockSelector>

    init(pendingLimit: Int = 10_000) throws(IOError) {
      let selector = MockSelector()
      queue = selector.queue
      room = ChatRoom(pendingLimit: pendingLimit)
      let poll = Poll(selector)
      events = try Events(capacity: 16)
      self.poll = poll
    }

    /// Adds a guest.
    ///
    /// - Parameters:
    ///   - capacity: The number of bytes that fit into its connection.
    ///   - transferLimit: The maximum number of bytes of one read or write of the chat.
    /// - Returns: The end of its connection that the guest uses.
    /// - Throws: ``IOError`` of the registration.
    mutating func add(
      capacity: Int = 10_000, transferLimit: Int? = nil
    ) throws(IOError) -> MockStream {
      let pair = MockStream.pair(capacity: capacity)
      pair.first.transferLimit = transferLimit
      try room.add(pair.first, to: poll.registry)
      try turn()
      return pair.second
    }

    mutating func turn() throws(IOError) {
      try poll.poll(into: &events, timeout: .zero)
      for event in events { room.serve(event, with: poll.registry) }
    }
  }

  private func text(_ stream: borrowing MockStream) throws -> String {
    var bytes: [UInt8] = []
    while let count = try stream.read(appendingTo: &bytes, upTo: 256), count > 0 {}
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test
  func `a line is sent to the others when it is complete, wherever it was split`() throws {
    let line = "hello, you\n"
    for split in 0...line.utf8.count {
      var chat = try MockChat()
      let alice = try chat.add()
      let bob = try chat.add()
      let carol = try chat.add()
      _ = try (text(alice), text(bob), text(carol))
      _ = try alice.write(Array(line.utf8)[..<split])
      try chat.turn()
      if split < line.utf8.count { #expect(try text(bob) == "") }
      _ = try alice.write(Array(line.utf8)[split...] + Array("and".utf8))
      try chat.turn()
      #expect(try text(bob) == "1: hello, you\n")
      #expect(try text(carol) == "1: hello, you\n")
      #expect(try text(alice) == "")
      #expect(chat.queue.undrainedTokens.isEmpty, "the chat waits without having drained a source")
    }
  }

  @Test
  func `short reads and short writes lose no bytes of a chat`() throws {
    var chat = try MockChat()
    let alice = try chat.add(transferLimit: 2)
    let bob = try chat.add(capacity: 4, transferLimit: 3)
    _ = try alice.write("a long line\nfor a narrow stream\n")
    var heard = ""
    for _ in 0..<40 {
      try chat.turn()
      heard += try text(bob)
    }
    #expect(heard == "1: a long line\n1: for a narrow stream\n")
  }

  @Test
  func `a turn sends a limited number of lines, and the next turns send the rest`() throws {
    var chat = try MockChat()
    let alice = try chat.add()
    let bob = try chat.add()
    _ = try alice.write((0..<150).map { "\($0)\n" }.joined())
    var heard = ""
    for count in [64, 128, 150, 150] {
      try chat.turn()
      heard += try text(bob)
      #expect(heard == (0..<count).map { "1: \($0)\n" }.joined())
    }
  }

  @Test
  func `a guest whose connection fails leaves the chat, and the others stay`() throws {
    var chat = try MockChat()
    let alice = try chat.add()
    let bob = try chat.add()
    let carol = try chat.add()
    bob.reset()
    try chat.turn()
    #expect(chat.room.guests.count == 2)
    _ = try alice.write("still here\n")
    try chat.turn()
    #expect(try text(carol) == "* guest 2 left\n1: still here\n")
  }

  @Test
  func `a guest that does not read is disconnected when too many bytes are pending`() throws {
    var chat = try MockChat(pendingLimit: 100)
    let alice = try chat.add()
    let bob = try chat.add(capacity: 10)
    let carol = try chat.add()
    _ = try text(carol)
    // 10 bytes are in the stream: `* guest 3 `, and `joined\n` is pending. Each line has 14 bytes.
    for number in 0..<6 {
      _ = try alice.write("line \(number), ok\n")
      try chat.turn()
      #expect(chat.room.guests.count == 3, "after \(number) lines")
      #expect(try text(carol) == "1: line \(number), ok\n")
    }
    _ = try alice.write("one more\n")
    try chat.turn()
    #expect(chat.room.guests.count == 2)
    #expect(
      try text(carol) == "1: one more\n* guest 2 was disconnected: it reads too slowly\n")
    #expect(try text(bob) == "* guest 3 ")
  }

  @Test
  func `a guest that reads slowly, but fast enough, stays in the chat`() throws {
    var chat = try MockChat(pendingLimit: 100)
    let alice = try chat.add()
    let bob = try chat.add(capacity: 10)
    var heard = try text(bob)
    for number in 0..<100 {
      _ = try alice.write("line \(number % 10)\n")
      try chat.turn()
      heard += try text(bob)
    }
    for _ in 0..<20 {
      try chat.turn()
      heard += try text(bob)
    }
    #expect(heard == (0..<100).map { "1: line \($0 % 10)\n" }.joined())
  }

  @Test
  func `a line of 4096 bytes is sent, and a longer one disconnects its guest`() throws {
    for (count, isSent) in [(4096, true), (4097, false)] {
      var chat = try MockChat()
      let alice = try chat.add()
      let bob = try chat.add()
      let line = String(repeating: "x", count: count - 1) + "\n"
      _ = try alice.write(line)
      try chat.turn()
      #expect(chat.room.guests.count == (isSent ? 2 : 1))
      #expect(
        try text(bob)
          == (isSent ? "1: " + line : "* guest 1 was disconnected: its line is too long\n"))
    }
  }

  @Test
  func `a guest that ends its side receives the pending messages, and then the end`() throws {
    var chat = try MockChat()
    let alice = try chat.add()
    let bob = try chat.add(capacity: 4)
    let carol = try chat.add()
    _ = try text(carol)
    _ = try alice.write("before\n")
    try chat.turn()
    _ = try bob.write("ok\nincomp")
    bob.shutdown(.write)
    try chat.turn()
    _ = try alice.write("after\n")
    var heard = ""
    for _ in 0..<20 {
      try chat.turn()
      heard += try text(bob)
    }
    #expect(heard == "* guest 3 joined\n1: before\n")
    #expect(try text(carol) == "1: before\n2: ok\n1: after\n* guest 2 left\n")
    #expect(chat.room.guests.count == 2)
  }

  @Test
  func `if registering a guest throws, the caller receives the error and the guest is not added`()
    throws
  {
    var chat = try MockChat()
    chat.queue.fail(.register, with: .outOfMemory)
    do throws(IOError) {
      _ = try chat.add()
      Issue.record("the failure was swallowed")
    } catch {
      #expect(error == IOError(.outOfMemory, operation: .register))
    }
    let isEmpty = chat.room.guests.isEmpty
    #expect(isEmpty)
  }
}
