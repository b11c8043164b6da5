import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

/// One protocol, first without a kernel, then with real connections.
@Suite(.guardingDescriptors)
struct LineChatTests {
  private func read<Stream: ByteStream & ~Copyable>(_ stream: borrowing Stream) throws -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      var room = buffer.mutableSpan
      guard let count = try stream.read(into: &room), count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write<Stream: ByteStream & ~Copyable>(
    _ text: String, to stream: borrowing Stream
  ) throws {
    #expect(try stream.write(Array(text.utf8).span) == text.utf8.count)
  }

  @Test
  func `a line reaches the others, whole, and nobody else`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var chat = try LineChat<MockSelector, MockStream>(Poll(selector))
    let alice = MockStream.pair()
    let bob = MockStream.pair()
    let carol = MockStream.pair()
    try chat.add(alice.first)
    try chat.add(bob.first)
    try chat.add(carol.first)
    try chat.turn(timeout: .zero)

    try write("hel", to: alice.second)
    try chat.turn(timeout: .zero)
    #expect(try read(bob.second) == "")
    try write("lo\nand", to: alice.second)
    try chat.turn(timeout: .zero)
    #expect(try read(bob.second) == "hello\n")
    #expect(try read(carol.second) == "hello\n")
    #expect(try read(alice.second) == "")
    #expect(queue.undrainedTokens.isEmpty, "the chat waits without having drained a source")
  }

  @Test
  func `short writes lose nothing`() throws {
    var chat = try LineChat<MockSelector, MockStream>(Poll(MockSelector()))
    let alice = MockStream.pair()
    let bob = MockStream.pair(capacity: 4)
    bob.first.transferLimit = 3
    try chat.add(alice.first)
    try chat.add(bob.first)
    try chat.turn(timeout: .zero)
    try write("a long line for a narrow stream\n", to: alice.second)
    var heard = ""
    for _ in 0..<20 {
      try chat.turn(timeout: .zero)
      heard += try read(bob.second)
    }
    #expect(heard == "a long line for a narrow stream\n")
  }

  @Test
  func `a guest that fails leaves, and the others stay`() throws {
    var chat = try LineChat<MockSelector, MockStream>(Poll(MockSelector()))
    let alice = MockStream.pair()
    let bob = MockStream.pair()
    let carol = MockStream.pair()
    try chat.add(alice.first)
    try chat.add(bob.first)
    try chat.add(carol.first)
    try chat.turn(timeout: .zero)
    bob.second.reset()
    try chat.turn(timeout: .zero)
    #expect(chat.guestCount == 2)
    try write("still here\n", to: alice.second)
    try chat.turn(timeout: .zero)
    #expect(try read(carol.second) == "still here\n")
  }

  @Test
  func `a guest that cannot be registered is told to whoever adds it`() throws {
    let selector = MockSelector()
    let queue = selector.queue
    var chat = try LineChat<MockSelector, MockStream>(Poll(selector))
    queue.fail(.register, with: .outOfMemory)
    let pair = MockStream.pair()
    do throws(IOError) {
      try chat.add(pair.first)
      Issue.record("the failure was swallowed")
    } catch {
      #expect(error == IOError(.outOfMemory, operation: .register))
    }
    #expect(chat.guestCount == 0)
  }

  @Test
  func `the same chat serves real connections`() throws {
    var chat = try LineChat<SystemSelector, TCPStream>(try Poll())
    let alice = try Loopback.pair()
    let bob = try Loopback.pair()
    try chat.add(alice.first)
    try chat.add(bob.first)
    try write("over ", to: alice.second)
    try write("TCP\n", to: alice.second)
    var heard = ""
    while heard != "over TCP\n" {
      try chat.turn(timeout: .milliseconds(10))
      heard += try read(bob.second)
    }
    try alice.second.shutdown(.write)
    while chat.guestCount == 2 { try chat.turn(timeout: .seconds(5)) }
    #expect(chat.guestCount == 1)
  }
}
