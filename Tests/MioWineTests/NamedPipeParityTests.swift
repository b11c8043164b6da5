import MioCore
import MioTestSupport
import MioWindows
import TestHelpers
import Testing

/// The counterparts of mio's `win_named_pipe.rs`.
@Suite(.guardingDescriptors)
struct NamedPipeParityTests {
  private let poll: any TestPoll

  init() throws {
    poll = try TestedSelector.afd.makePoll()
  }

  @Test
  func `both ends of a connected pipe are writable when they are registered`() throws {
    let pair = try NamedPipes.pair()
    try poll.register(pair.first, token: 0, interest: [.readable, .writable])
    try poll.register(pair.second, token: 1, interest: .writable)
    let events = try poll.collect { $0.count >= 2 }
    #expect(Set(events.map(\.token)) == [0, 1])
    #expect(events.allSatisfy { $0.isWritable && !$0.isReadable })
    #expect(try poll.shortly().isEmpty)
  }

  @Test
  func `the server reads what the client writes`() throws {
    let pair = try NamedPipes.pair(on: poll)
    #expect(try pair.second.send([1, 2, 3, 4]) == 4)
    try poll.next(0, where: \.isReadable)
    #expect(try pair.first.receive() == [1, 2, 3, 4])
    #expect(try pair.first.receive() == nil)
  }

  @Test
  func `a server that waits is writable when a client connects`() throws {
    let name = NamedPipes.newName()
    let server = try NamedPipe(creating: name)
    try poll.register(server, token: 0, interest: [.readable, .writable])
    #expect(try poll.shortly().isEmpty)
    #expect(try !server.connect())
    #expect(try !server.connect())
    #expect(try poll.shortly().isEmpty)
    let client = try NamedPipe(opening: name)
    try poll.next(0, where: \.isWritable)
    #expect(try server.connect())
    try poll.register(client, token: 1, interest: .readable)
    #expect(try server.send([7]) == 1)
    try poll.next(1, where: \.isReadable)
    #expect(try client.receive() == [7])
  }

  @Test
  func `a server connects at once if a client is already connected`() throws {
    let name = NamedPipes.newName()
    let server = try NamedPipe(creating: name)
    try poll.register(server, token: 0, interest: [.readable, .writable])
    #expect(try poll.shortly().isEmpty)
    let client = try NamedPipe(opening: name)
    #expect(try server.connect())
    try poll.next(0, where: \.isWritable)
    try poll.register(client, token: 1, interest: .readable)
  }

  @Test
  func `writing to a client that has closed fails`() throws {
    let pair = try NamedPipes.pair(on: poll)
    try poll.next(0, where: \.isWritable)
    let server = pair.first
    do { _ = pair.second }
    expectError(.brokenPipe) { () throws(IOError) in
      for _ in 0..<16 {
        try server.send([1])
        try poll.wait(for: .milliseconds(20))
      }
    }
  }

  @Test
  func `bytes that were written before the close are read, and then the end`() throws {
    let pair = try NamedPipes.pair(on: poll)
    #expect(try pair.first.send([1, 2, 3, 4]) == 4)
    let client = pair.second
    do { _ = pair.first }
    #expect(try poll.receive(4, from: client, token: 1) == [1, 2, 3, 4])
    let end = try poll.next(1, where: \.isReadClosed)
    #expect(end.isReadable && end.isWriteClosed)
    #expect(try client.receive() == [])
    #expect(try client.receive() == [])
  }

  @Test
  func `a server that has disconnected its client can wait for another`() throws {
    let name = NamedPipes.newName()
    let server = try NamedPipe(creating: name)
    try poll.register(server, token: 0, interest: [.readable, .writable])
    for round in 0..<3 as Range<UInt8> {
      #expect(try !server.connect())
      do {
        let client = try NamedPipe(opening: name)
        try poll.next(0, where: \.isWritable)
        #expect(try server.connect())
        try poll.register(client, token: 1, interest: .writable)
        #expect(try client.send([round]) == 1)
        #expect(try poll.receive(1, from: server, token: 0) == [round])
      }
      try poll.next(0, where: \.isReadClosed)
      #expect(try server.receive() == [])
      try server.disconnect()
    }
  }

  @Test
  func `a pipe that is not registered can be neither reregistered nor deregistered`() throws {
    let pair = try NamedPipes.pair()
    expectError(.notRegistered) { () throws(IOError) in
      try poll.reregister(pair.first, token: 0, interest: .readable)
    }
    expectError(.notRegistered) { () throws(IOError) in try poll.deregister(pair.first) }
  }

  @Test
  func `a pipe that is or was registered with one poll cannot be used with another`() throws {
    let pair = try NamedPipes.pair(on: poll)
    let other = try TestedSelector.afd.makePoll()
    expectError(.alreadyRegistered) { () throws(IOError) in
      try other.register(pair.first, token: 0, interest: .readable)
    }
    expectError(.notRegistered) { () throws(IOError) in
      try other.reregister(pair.first, token: 0, interest: .readable)
    }
    expectError(.notRegistered) { () throws(IOError) in try other.deregister(pair.first) }
    try poll.deregister(pair.first)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try other.register(pair.first, token: 0, interest: .readable)
    }
    try poll.register(pair.first, token: 5, interest: .writable)
    try poll.next(5, where: \.isWritable)
  }

  @Test
  func `a message that is longer than the read-ahead buffer arrives complete`() throws {
    let pair = try NamedPipes.pair(.messages, on: poll)
    for count in [8_192, 16_384, 16_385, 100_000] {
      let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31) }
      try poll.send(message, to: pair.second, token: 1)
      #expect(try poll.receive(count, from: pair.first, token: 0) == message)
      #expect(try pair.first.receive() == nil)
    }
  }

  @Test
  func `bytes that are read in small pieces arrive completely`() throws {
    let pair = try NamedPipes.pair(on: poll)
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    try poll.send(bytes, to: pair.second, token: 1)
    var all: [UInt8] = []
    while all.count < bytes.count {
      guard let some = try pair.first.receive(upTo: 128) else {
        try poll.next(0, where: \.isReadable)
        continue
      }
      all += some
    }
    #expect(all == bytes)
  }

  @Test
  func `threads can share pipes`() {
    func require<Value: Sendable & ~Copyable>(_: Value.Type) {}
    require(NamedPipe.self)
  }
}
